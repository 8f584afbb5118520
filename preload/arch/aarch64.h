/* aarch64: the system call instruction, the registers of a signal frame, and the few steps that only assembly can do. */
#ifndef SIGGUARD_ARCH_AARCH64_H
#define SIGGUARD_ARCH_AARCH64_H

#include <elf.h>
#include <stdint.h>
#include <ucontext.h>

#include "protocol.h"

#define ARCH_MACHINE EM_AARCH64

/* The largest page that the kernel may use: 4, 16 or 64 KiB, as it was built. */
#define ARCH_PAGE_MOST 65536

/* Any system call; the answer is the kernel's own, a negative errno on failure. Safe in a signal handler. */
static inline long arch_call(long number, long a, long b, long c, long d, long e, long f)
{
        register long x8 __asm__("x8") = number;
        register long x0 __asm__("x0") = a;
        register long x1 __asm__("x1") = b;
        register long x2 __asm__("x2") = c;
        register long x3 __asm__("x3") = d;
        register long x4 __asm__("x4") = e;
        register long x5 __asm__("x5") = f;

        __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
        return x0;
}

/* clone(2) for a child that shares memory: see the x86_64 twin. Here the argument order is flags sp ptid tls ctid. */
static inline long arch_clone(unsigned long flags, void *stack_top, int *tid, void (*run)(void))
{
        register long x8 __asm__("x8") = 220;
        register long x0 __asm__("x0") = (long)flags;
        register long x1 __asm__("x1") = (long)stack_top;
        register long x2 __asm__("x2") = (long)tid;
        register long x3 __asm__("x3") = 0;
        register long x4 __asm__("x4") = (long)tid;

        __asm__ volatile("svc 0\n\t"
                         "cbnz x0, 1f\n\t"
                         "mov x29, xzr\n\t"
                         "blr %[run]\n\t"
                         "brk #1\n"
                         "1:"
                         : "+r"(x0)
                         : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), [run] "r"(run)
                         : "memory", "x30");
        return x0;
}

/* sigaltstack(2) with another stack pointer than the real one, for which no signal may come meanwhile. */
static inline long arch_sigaltstack_from(const void *stack, void *pointer)
{
        register long x8 __asm__("x8") = 132;
        register long x0 __asm__("x0") = (long)stack;
        register long x1 __asm__("x1") = 0;
        register long x9 __asm__("x9");

        __asm__ volatile("mov x9, sp\n\t"
                         "mov sp, %[pointer]\n\t"
                         "svc 0\n\t"
                         "mov sp, x9"
                         : "+r"(x0), "=&r"(x9)
                         : "r"(x8), "r"(x1), [pointer] "r"(pointer)
                         : "memory");
        return x0;
}

/* A point to come back to when a step of the crash path faults itself: see the x86_64 twin. */
struct arch_recovery {
        uint64_t x19_x30[12], sp;
};

__attribute__((returns_twice, visibility("hidden"))) int arch_recovery_mark(struct arch_recovery *point);
__attribute__((visibility("hidden"))) extern const char arch_recovery_landing[];

static inline void arch_recovery_apply(const struct arch_recovery *point, ucontext_t *context)
{
        for (unsigned i = 0; i < 12; i++)
                context->uc_mcontext.regs[19 + i] = point->x19_x30[i];
        context->uc_mcontext.sp = point->sp;
        context->uc_mcontext.pc = (uint64_t)arch_recovery_landing;
}

/* The return from a handler; its bytes are what gdb, libgcc and libunwind know a signal frame by. */
__attribute__((visibility("hidden"))) void arch_restore(void);

#define ARCH_DEFINE_STUBS                                                                                              \
        __asm__(".pushsection .text\n\t"                                                                               \
                ".balign 16\n\t"                                                                                       \
                "nop\n" /* unwinders look up pc - 1: that must not be the function before */                           \
                ".globl arch_restore\n\t.hidden arch_restore\n\t.type arch_restore, %function\n"                       \
                "arch_restore:\n\t"                                                                                    \
                "mov x8, #139\n\t"                                                                                     \
                "svc #0\n\t"                                                                                           \
                ".size arch_restore, . - arch_restore\n\t"                                                             \
                ".balign 16\n"                                                                                         \
                ".globl arch_recovery_mark\n\t.hidden arch_recovery_mark\n\t"                                          \
                ".type arch_recovery_mark, %function\n"                                                                \
                "arch_recovery_mark:\n\t"                                                                              \
                ".cfi_startproc\n\t"                                                                                   \
                "stp x19, x20, [x0, #0]\n\t"                                                                           \
                "stp x21, x22, [x0, #16]\n\t"                                                                          \
                "stp x23, x24, [x0, #32]\n\t"                                                                          \
                "stp x25, x26, [x0, #48]\n\t"                                                                          \
                "stp x27, x28, [x0, #64]\n\t"                                                                          \
                "stp x29, x30, [x0, #80]\n\t"                                                                          \
                "mov x1, sp\n\t"                                                                                       \
                "str x1, [x0, #96]\n\t"                                                                                \
                "mov w0, #0\n\t"                                                                                       \
                "ret\n\t"                                                                                              \
                ".cfi_endproc\n\t"                                                                                     \
                ".size arch_recovery_mark, . - arch_recovery_mark\n"                                                   \
                ".globl arch_recovery_landing\n\t.hidden arch_recovery_landing\n"                                      \
                "arch_recovery_landing:\n\t"                                                                           \
                "mov w0, #1\n\t"                                                                                       \
                "ret\n\t"                                                                                              \
                ".popsection")

/* All but the floating point state. */
static inline void arch_copy_registers(mcontext_t *to, const mcontext_t *from)
{
        for (unsigned i = 0; i < 31; i++)
                to->regs[i] = from->regs[i];
        to->sp = from->sp;
        to->pc = from->pc;
        to->pstate = from->pstate;
}

/* Where thread-local variables lie about; always allowed. */
static inline uint64_t arch_thread_pointer(uint64_t capabilities)
{
        uint64_t pointer;

        (void)capabilities;
        __asm__ volatile("mrs %0, tpidr_el0" : "=r"(pointer));
        return pointer;
}

static inline uint64_t arch_pc(const ucontext_t *context)
{
        return context->uc_mcontext.pc;
}

static inline uint64_t arch_sp(const ucontext_t *context)
{
        return context->uc_mcontext.sp;
}

static inline uint64_t arch_frame_pointer(const ucontext_t *context)
{
        return context->uc_mcontext.regs[29];
}

/* Registers by DWARF number, as protocol.h orders them. */
#define ARCH_SP 31
static inline void arch_registers(const ucontext_t *context, struct registers *to)
{
        for (unsigned i = 0; i < 31; i++)
                to->r[i] = context->uc_mcontext.regs[i];
        to->r[31] = context->uc_mcontext.sp;
        to->r[32] = context->uc_mcontext.pc;
        to->r[33] = context->uc_mcontext.pstate;
}

/* What the failing instruction wanted: the syndrome register in the frame's esr_context (Linux sigcontext.h, ESR_EL1
 * in the Arm ARM D17.2.37: class 0x20/0x21 instruction abort, 0x24/0x25 data abort, bit 6 write). */
static inline enum access_kind arch_access(const ucontext_t *context)
{
        const uint8_t *at = (const uint8_t *)context->uc_mcontext.__reserved;
        const uint8_t *end = at + sizeof(context->uc_mcontext.__reserved) - 16;

        while (at < end) {
                uint32_t magic = *(const uint32_t *)(const void *)at;
                uint32_t size = *(const uint32_t *)(const void *)(at + 4);
                uint64_t esr = *(const uint64_t *)(const void *)(at + 8);

                if (magic == 0x45535201) { /* ESR_MAGIC */
                        if (esr >> 26 == 0x20 || esr >> 26 == 0x21)
                                return ACCESS_EXECUTE;
                        if (esr >> 26 == 0x24 || esr >> 26 == 0x25)
                                return esr & 64 ? ACCESS_WRITE : ACCESS_READ;
                        return ACCESS_UNKNOWN;
                }
                if (magic == 0 || size < 8)
                        break;
                at += size;
        }
        return ACCESS_UNKNOWN;
}

/* The address that goes with arch_access: the kernel keeps it with the thread, for signals that come later as well. */
static inline uint64_t arch_last_fault(const ucontext_t *context)
{
        return context->uc_mcontext.fault_address;
}

#define ARCH_UNKNOWN_CALL UINT64_MAX

/* The number in "mov x8, #N", which compilers put shortly before "svc #0"; at: after that. 0: it is not there. */
static inline uint64_t arch_number_before(const uint32_t *at)
{
        for (int i = 2; at[-1] == 0xd4000001 && i <= 8; i++)
                if ((at[-i] & 0xffe0001f) == 0xd2800008)
                        return at[-i] >> 5 & 0xffff;
        return 0;
}

/* Makes a thread that a signal took out of a system call with EINTR (-4) enter it again; first: its first argument,
 * which the answer has replaced. */
static inline void arch_repeat_call(ucontext_t *context, uint64_t number, uint64_t first)
{
        unsigned long long *r = context->uc_mcontext.regs;

        if (number == ARCH_UNKNOWN_CALL || (int64_t)r[0] != -4 || r[8] != number)
                return;    /* unknown: the first argument is lost */
        if (number == 128) /* restart_syscall(2): the call itself was interrupted before */
                number = arch_number_before((const uint32_t *)(uintptr_t)context->uc_mcontext.pc);
        if (!number)
                return;
        r[8] = number;
        r[0] = first;
        context->uc_mcontext.pc -= 4;
}

/* x0 holds both the first argument and the answer, so the descriptor is gone: always -1. */
static inline int arch_broken_fd(const ucontext_t *context)
{
        (void)context;
        return -1;
}

#endif
