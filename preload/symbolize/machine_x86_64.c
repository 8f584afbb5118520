/* x86_64: registers (psABI), signal frames (kernel: arch/x86/include/uapi/asm/ucontext.h), calls. */
#define _GNU_SOURCE /* REG_* */
#include "machine.h"

#if defined(__x86_64__)

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <ucontext.h>

#include "memory.h"

static const char *const names[MACHINE_SHOWN] = {
        "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8",
        "r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rip", "eflags",
};

const char *machine_register_name(unsigned int index)
{
        return names[index];
}

unsigned int machine_shown(unsigned int nth)
{
        static const unsigned char order[MACHINE_SHOWN] = {0, 3,  2,  1,  4,  5,  6,  7,  8,
                                                           9, 10, 11, 12, 13, 14, 15, 16, 17};

        return order[nth];
}

bool machine_is_signal_return(uint64_t pc)
{
        /* mov $15,%rax (glibc) or mov $15,%eax (musl), then syscall; 15 is rt_sigreturn. */
        static const unsigned char wide[] = {0x48, 0xc7, 0xc0, 15, 0, 0, 0, 0x0f, 0x05};
        static const unsigned char narrow[] = {0xb8, 15, 0, 0, 0, 0x0f, 0x05};
        unsigned char code[sizeof(wide)];
        size_t got = memory_read(pc, code, sizeof(code));

        return (got == sizeof(wide) && !memcmp(code, wide, sizeof(wide))) ||
               (got >= sizeof(narrow) && !memcmp(code, narrow, sizeof(narrow)));
}

bool machine_signal_registers(uint64_t sp, struct registers *to)
{
        /* Where the DWARF registers are in the kernel's order. */
        static const unsigned char from[17] = {
                REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_R8,
                REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP,
        };
        uint64_t saved[NGREG];

        /* The handler's return took its return address off; what is left is the ucontext. */
        if (!memory_copy(sp + offsetof(ucontext_t, uc_mcontext.gregs), saved, sizeof(saved)))
                return false;
        for (unsigned int i = 0; i < sizeof(from); i++)
                to->r[i] = saved[from[i]];
        return true;
}

uint64_t machine_signal_info(uint64_t sp)
{
        /* struct rt_sigframe: behind the kernel's ucontext, whose signal mask has 8 bytes and is its last member. */
        return sp + offsetof(ucontext_t, uc_sigmask) + 8;
}

/* The forms of "call *...": ff /2 with a register or memory operand, 2 to 7 bytes long, before them perhaps a REX. */
static bool is_indirect_call(const unsigned char *code, unsigned int length)
{
        unsigned int mode = code[1] >> 6, operand = code[1] & 7, size = 2;

        if (code[0] != 0xff || ((code[1] >> 3) & 7) != 2)
                return false;
        if (mode != 3 && operand == 4)
                size += 1 + (mode == 0 && (code[2] & 7) == 5 ? 4 : 0);
        if (mode == 1)
                size += 1;
        else if (mode == 2 || (mode == 0 && operand == 5))
                size += 4;
        return size == length;
}

bool machine_follows_call(uint64_t pc, uint64_t *target)
{
        unsigned char code[8] = {0};
        int32_t distance;

        *target = 0;
        if (pc < 8 || !memory_copy(pc - 7, code, 7))
                return false;
        if (code[2] == 0xe8) {
                memcpy(&distance, code + 3, sizeof(distance));
                *target = pc + (uint64_t)(int64_t)distance;
                return true;
        }
        for (unsigned int length = 2; length <= 7; length++)
                if (is_indirect_call(code + 7 - length, length))
                        return true;
        return false;
}

bool machine_follows_system_call(uint64_t pc)
{
        unsigned char code[2] = {0};

        return memory_copy(pc - 2, code, sizeof(code)) && code[0] == 0x0f && code[1] == 0x05;
}

uint64_t machine_call_target(uint64_t target)
{
        static const unsigned char branch_target[] = {0xf3, 0x0f, 0x1e, 0xfa};
        unsigned char code[16] = {0};
        size_t at = 0;
        int32_t distance;
        uint64_t entry;

        if (memory_read(target, code, sizeof(code)) < 11)
                return target;
        if (!memcmp(code, branch_target, sizeof(branch_target)))
                at += sizeof(branch_target);
        if (code[at] == 0xf2) /* bnd */
                at++;
        if (code[at] != 0xff || code[at + 1] != 0x25) /* jmp *distance(%rip) */
                return target;
        memcpy(&distance, code + at + 2, sizeof(distance));
        return memory_word(target + at + 6 + (uint64_t)(int64_t)distance, &entry) ? entry : target;
}

bool machine_jumps_between(uint64_t function, uint64_t low, uint64_t high)
{
        unsigned char code[32];
        size_t got = memory_read(function, code, sizeof(code));

        /* Where instructions begin is not known; few other bytes would make an address just there. */
        for (size_t at = 0; at + 5 <= got; at++) {
                int32_t distance;

                if (code[at] != 0xe9) /* jmp distance */
                        continue;
                memcpy(&distance, code + at + 1, sizeof(distance));
                uint64_t target = function + at + 5 + (uint64_t)(int64_t)distance;

                if (target >= low && target <= high)
                        return true;
        }
        return false;
}

/* The caller, when its return address is offset bytes above sp. */
static bool return_from(const struct registers *from, uint64_t offset, struct registers *to)
{
        uint64_t sp = from->r[MACHINE_SP] + offset;

        *to = *from;
        to->r[MACHINE_SP] = sp + 8;
        return memory_word(sp, &to->r[MACHINE_PC]);
}

bool machine_return_at_entry(const struct registers *from, struct registers *to)
{
        return return_from(from, 0, to);
}

bool machine_return_at_edge(const struct registers *from, struct registers *to)
{
        static const unsigned char push[] = {0x55}, set[] = {0x48, 0x89, 0xe5}, set_other[] = {0x48, 0x8b, 0xec};
        static const unsigned char branch_target[] = {0xf3, 0x0f, 0x1e, 0xfa};
        unsigned char code[8] = {0}; /* one byte before pc, the rest from pc on */

        if (!memory_copy(from->r[MACHINE_PC] - 1, code, sizeof(code)))
                return false;
        bool sets_frame = !memcmp(code + 1, set, sizeof(set)) || !memcmp(code + 1, set_other, sizeof(set_other));

        if (code[0] == push[0] && sets_frame)
                return return_from(from, 8, to) && memory_word(from->r[MACHINE_SP], &to->r[MACHINE_FP]);
        if (code[1] == 0xc3 || !memcmp(code + 1, branch_target, sizeof(branch_target)) ||
            (code[1] == push[0] && (!memcmp(code + 2, set, sizeof(set)) || !memcmp(code + 2, set_other, sizeof(set)))))
                return return_from(from, 0, to);
        return false;
}

bool machine_return_of_leaf(uint64_t start, const struct registers *from, struct registers *to)
{
        (void)start, (void)from, (void)to;
        return false;
}

bool machine_return_by_prologue(uint64_t start, const struct registers *from, struct registers *to)
{
        (void)start; /* the call itself has put the return address on the stack, and pushes may be anywhere */
        (void)from;
        (void)to;
        return false;
}

bool machine_sets_frame_pointer(uint64_t function)
{
        static const unsigned char branch_target[] = {0xf3, 0x0f, 0x1e, 0xfa};
        static const unsigned char prologue[] = {0x55, 0x48, 0x89, 0xe5}; /* push %rbp; mov %rsp, %rbp */
        unsigned char code[8] = {0};

        if (!memory_copy(function, code, sizeof(code)))
                return false;
        return !memcmp(code + (memcmp(code, branch_target, sizeof(branch_target)) ? 0 : 4), prologue, sizeof(prologue));
}

bool machine_return_by_frame(const struct registers *from, struct registers *to)
{
        uint64_t frame = from->r[MACHINE_FP];

        *to = *from;
        to->r[MACHINE_SP] = frame + 16;
        return !(frame & 7) && memory_word(frame, &to->r[MACHINE_FP]) && memory_word(frame + 8, &to->r[MACHINE_PC]);
}

bool machine_return_by_go_switch(const struct registers *from, struct registers *to)
{
        /* It makes no frame of its own, so the frame pointer is still that of its caller. */
        return machine_return_by_frame(from, to);
}

bool machine_survives_calls(unsigned int index)
{
        /* psABI, figure 3.4: rbx, rbp, r12 to r15; and the stack pointer. */
        return index == 3 || index == MACHINE_FP || index == MACHINE_SP || (index >= 12 && index <= 15);
}

uint64_t machine_code_address(uint64_t address)
{
        return address;
}

bool machine_from_kernel(const void *raw, size_t length, struct registers *to)
{
        const struct user_regs_struct *from = raw;

        if (length != sizeof(*from))
                return false;
        *to = (struct registers){{from->rax, from->rdx, from->rcx, from->rbx, from->rsi, from->rdi, from->rbp,
                                  from->rsp, from->r8, from->r9, from->r10, from->r11, from->r12, from->r13, from->r14,
                                  from->r15, from->rip, from->eflags}};
        return true;
}

/*
 * signal(7), "Interruption of system calls by stop signals". Only such as have done nothing when they say EINTR. The
 * kernel restarts a call that leaves with ERESTARTNOHAND (include/linux/errno.h) unless it runs a handler, and only
 * looks at that after the stop (arch_do_signal_or_restart).
 */
bool machine_restart_call(void *raw, const struct waiting_call *before)
{
        static const unsigned short calls[] = {
                SYS_epoll_wait,   SYS_epoll_pwait, SYS_epoll_pwait2, SYS_semop,  SYS_semtimedop,    SYS_rt_sigtimedwait,
                SYS_io_getevents, SYS_accept,      SYS_accept4,      SYS_read,   SYS_readv,         SYS_recvfrom,
                SYS_recvmsg,      SYS_write,       SYS_writev,       SYS_sendto, SYS_io_pgetevents,
        };
        const unsigned long no_handler = 514;
        struct user_regs_struct *regs = raw;

        (void)before; /* the kernel has kept it all */
        if ((long)regs->rax != -EINTR)
                return false;
        for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
                if (regs->orig_rax == calls[i]) {
                        regs->rax = -no_handler;
                        return true;
                }
        return false;
}

void machine_fail_call(void *raw)
{
        (void)raw; /* the kernel does it */
}

bool machine_is_canonical(uint64_t address)
{
        return (uint64_t)((int64_t)(address << 16) >> 16) == address;
}

#endif
