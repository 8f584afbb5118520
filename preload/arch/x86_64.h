/* x86_64: the system call instruction, the registers of a signal frame, and the few steps that only assembly can do. */
#ifndef SIGGUARD_ARCH_X86_64_H
#define SIGGUARD_ARCH_X86_64_H

#include <elf.h>
#include <stdint.h>
#include <ucontext.h>

#include "protocol.h"

#define ARCH_MACHINE EM_X86_64

/* The largest page that the kernel may use. */
#define ARCH_PAGE_MOST 4096

/* Any system call; the answer is the kernel's own, a negative errno on failure. Safe in a signal handler. */
static inline long arch_call(long number, long a, long b, long c, long d, long e, long f)
{
        register long r10 __asm__("r10") = d;
        register long r8 __asm__("r8") = e;
        register long r9 __asm__("r9") = f;
        long answer;

        __asm__ volatile("syscall"
                         : "=a"(answer)
                         : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                         : "rcx", "r11", "memory");
        return answer;
}

/*
 * clone(2) for a child that shares memory: it runs run() on its own stack, which must not return. The kernel keeps
 * *tid (0 once the child is gone) when the flags ask for that. Written in one piece of assembly because the child
 * wakes on an empty stack: any C in between would read the parent's frame.
 */
static inline long arch_clone(unsigned long flags, void *stack_top, int *tid, void (*run)(void))
{
        register long r10 __asm__("r10") = (long)tid;
        register long r8 __asm__("r8") = 0;
        long answer;

        __asm__ volatile("syscall\n\t"
                         "test %%rax, %%rax\n\t"
                         "jnz 1f\n\t"
                         "xor %%ebp, %%ebp\n\t"
                         "call *%[run]\n\t"
                         "ud2\n"
                         "1:"
                         : "=a"(answer)
                         : "a"(56L), "D"(flags), "S"(stack_top), "d"((long)tid), "r"(r10), "r"(r8), [run] "r"(run)
                         : "rcx", "r11", "memory");
        return answer;
}

/* sigaltstack(2) with another stack pointer than the real one, for which no signal may come meanwhile. */
static inline long arch_sigaltstack_from(const void *stack, void *pointer)
{
        register void *r8 __asm__("r8") = pointer;
        long answer;

        __asm__ volatile("xchg %%rsp, %%r8\n\t"
                         "syscall\n\t"
                         "xchg %%rsp, %%r8"
                         : "=a"(answer), "+r"(r8)
                         : "a"(131L), "D"(stack), "S"(0L)
                         : "rcx", "r11", "memory");
        return answer;
}

/*
 * A point to come back to when a step of the crash path faults itself. arch_recovery_mark answers 0; after
 * arch_recovery_apply has rewritten the nested signal's context and the handler has returned, it answers 1 as if it
 * had been called again. The shadow stack, where there is one, is wound back too.
 */
struct arch_recovery {
        uint64_t rbx, rbp, r12, r13, r14, r15, rsp, rip, ssp;
};

__attribute__((returns_twice, visibility("hidden"))) int arch_recovery_mark(struct arch_recovery *point);
__attribute__((visibility("hidden"))) extern const char arch_recovery_landing[];

static inline void arch_recovery_apply(const struct arch_recovery *point, ucontext_t *context)
{
        greg_t *r = context->uc_mcontext.gregs;

        r[REG_RBX] = (greg_t)point->rbx;
        r[REG_RBP] = (greg_t)point->rbp;
        r[REG_R12] = (greg_t)point->r12;
        r[REG_R13] = (greg_t)point->r13;
        r[REG_R14] = (greg_t)point->r14;
        r[REG_R15] = (greg_t)point->r15;
        r[REG_RSP] = (greg_t)point->rsp;
        r[REG_RDI] = (greg_t)(uintptr_t)point;
        r[REG_RIP] = (greg_t)(uintptr_t)arch_recovery_landing;
}

/* The return from a handler; its bytes are what gdb, libgcc and libunwind know a signal frame by. */
__attribute__((visibility("hidden"))) void arch_restore(void);

#define ARCH_DEFINE_STUBS                                                                                              \
        __asm__(".pushsection .text\n\t"                                                                               \
                ".balign 16\n\t"                                                                                       \
                "nop\n" /* unwinders look up pc - 1: that must not be the function before */                           \
                ".globl arch_restore\n\t.hidden arch_restore\n\t.type arch_restore, @function\n"                       \
                "arch_restore:\n\t"                                                                                    \
                "movq $15, %rax\n\t"                                                                                   \
                "syscall\n\t"                                                                                          \
                ".size arch_restore, . - arch_restore\n\t"                                                             \
                ".balign 16\n"                                                                                         \
                ".globl arch_recovery_mark\n\t.hidden arch_recovery_mark\n\t"                                          \
                ".type arch_recovery_mark, @function\n"                                                                \
                "arch_recovery_mark:\n\t"                                                                              \
                ".cfi_startproc\n\t"                                                                                   \
                "endbr64\n\t"                                                                                          \
                "movq %rbx, 0(%rdi)\n\t"                                                                               \
                "movq %rbp, 8(%rdi)\n\t"                                                                               \
                "movq %r12, 16(%rdi)\n\t"                                                                              \
                "movq %r13, 24(%rdi)\n\t"                                                                              \
                "movq %r14, 32(%rdi)\n\t"                                                                              \
                "movq %r15, 40(%rdi)\n\t"                                                                              \
                "leaq 8(%rsp), %rax\n\t"                                                                               \
                "movq %rax, 48(%rdi)\n\t"                                                                              \
                "movq (%rsp), %rax\n\t"                                                                                \
                "movq %rax, 56(%rdi)\n\t"                                                                              \
                "xorl %eax, %eax\n\t"                                                                                  \
                "rdsspq %rax\n\t" /* a no-op that leaves 0 where there is no shadow stack */                           \
                "movq %rax, 64(%rdi)\n\t"                                                                              \
                "xorl %eax, %eax\n\t"                                                                                  \
                "ret\n\t"                                                                                              \
                ".cfi_endproc\n\t"                                                                                     \
                ".size arch_recovery_mark, . - arch_recovery_mark\n"                                                   \
                ".globl arch_recovery_landing\n\t.hidden arch_recovery_landing\n"                                      \
                "arch_recovery_landing:\n\t"                                                                           \
                "endbr64\n\t"                                                                                          \
                "xorl %eax, %eax\n\t"                                                                                  \
                "rdsspq %rax\n\t"                                                                                      \
                "testq %rax, %rax\n\t"                                                                                 \
                "jz 1f\n\t"                                                                                            \
                "movq 64(%rdi), %rcx\n\t"                                                                              \
                "addq $8, %rcx\n\t" /* the mark's own return address is popped as well */                              \
                "subq %rax, %rcx\n\t"                                                                                  \
                "shrq $3, %rcx\n\t"                                                                                    \
                "incsspq %rcx\n"                                                                                       \
                "1:\tmovl $1, %eax\n\t"                                                                                \
                "jmpq *56(%rdi)\n\t"                                                                                   \
                ".popsection")

/* All but the pointer to the floating point state, which belongs to the frame it is in. */
static inline void arch_copy_registers(mcontext_t *to, const mcontext_t *from)
{
        for (unsigned i = 0; i < NGREG; i++)
                to->gregs[i] = from->gregs[i];
}

/*
 * Where thread-local variables lie about. arch_prctl(2) would tell as well, but a seccomp filter may kill for it. The
 * instruction is an illegal one unless the kernel has allowed it (HWCAP2_FSGSBASE, Linux 5.9).
 */
static inline uint64_t arch_thread_pointer(uint64_t capabilities)
{
        uint64_t pointer = 0;

        if (capabilities & 2)
                __asm__ volatile("rdfsbase %0" : "=r"(pointer));
        return pointer;
}

/* Where the interrupted code was. */
static inline uint64_t arch_pc(const ucontext_t *context)
{
        return (uint64_t)context->uc_mcontext.gregs[REG_RIP];
}

static inline uint64_t arch_sp(const ucontext_t *context)
{
        return (uint64_t)context->uc_mcontext.gregs[REG_RSP];
}

static inline uint64_t arch_frame_pointer(const ucontext_t *context)
{
        return (uint64_t)context->uc_mcontext.gregs[REG_RBP];
}

/* Registers by DWARF number, as protocol.h orders them. */
#define ARCH_SP 7
static inline void arch_registers(const ucontext_t *context, struct registers *to)
{
        static const uint8_t order[18] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
                                          REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                          REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP, REG_EFL};

        for (unsigned i = 0; i < PROTOCOL_REGISTERS; i++)
                to->r[i] = i < 18 ? (uint64_t)context->uc_mcontext.gregs[order[i]] : 0;
}

/* What the failing instruction wanted: the page fault's error code (Intel SDM 3A, 4.7), only after trap 14. */
static inline enum access_kind arch_access(const ucontext_t *context)
{
        uint64_t error = (uint64_t)context->uc_mcontext.gregs[REG_ERR];

        if (context->uc_mcontext.gregs[REG_TRAPNO] != 14)
                return ACCESS_UNKNOWN;
        if (error & 16)
                return ACCESS_EXECUTE;
        return error & 2 ? ACCESS_WRITE : ACCESS_READ;
}

/* The address that goes with arch_access: the kernel keeps it with the thread, for signals that come later as well. */
static inline uint64_t arch_last_fault(const ucontext_t *context)
{
        return (uint64_t)context->uc_mcontext.gregs[REG_CR2];
}

#define ARCH_UNKNOWN_CALL UINT64_MAX

/* Makes a thread that a signal took out of a system call with EINTR (-4) enter it again; first: its first argument. */
static inline void arch_repeat_call(ucontext_t *context, uint64_t number, uint64_t first)
{
        greg_t *r = context->uc_mcontext.gregs;

        if (r[REG_RAX] != -4 || (number != ARCH_UNKNOWN_CALL && (uint64_t)r[REG_RDI] != first))
                return;
        if (number == 219 || number == ARCH_UNKNOWN_CALL) {
                /* restart_syscall(2): the call itself was interrupted before. Its number is in "mov $N, %eax; syscall" */
                const uint8_t *at = (const uint8_t *)(uintptr_t)r[REG_RIP] - 7;

                if (at[0] != 0xb8 || at[5] != 0x0f || at[6] != 0x05)
                        return;
                number = (uint64_t)at[1] | (uint64_t)at[2] << 8;
        }
        r[REG_RAX] = (greg_t)number;
        r[REG_RIP] -= 2; /* syscall is 0f 05 */
}

/*
 * The descriptor that a system call which has just failed with EPIPE was about, or -1 if this is no such place. The
 * first argument stays in rdi over the call, the answer is in rax, and the instruction before is syscall (0f 05).
 */
static inline int arch_broken_fd(const ucontext_t *context)
{
        const greg_t *r = context->uc_mcontext.gregs;

        return r[REG_RAX] == -32 && r[REG_RDI] >= 0 && r[REG_RDI] < INT32_MAX ? (int)r[REG_RDI] : -1;
}

#endif
