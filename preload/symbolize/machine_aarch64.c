/* aarch64: registers (AADWARF64), signal frames (kernel: arch/arm64/kernel/signal.c), calls. */
#include "machine.h"

#if defined(__aarch64__)

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <ucontext.h>

#include "memory.h"
#include "modules.h"

#define LINK 30
#define MOST_SIGNAL_FRAME (1u << 18) /* the registers of SVE can take 70 KiB (kernel: SIGFRAME_MAXSZ is 128 KiB) */

static bool instruction(uint64_t pc, uint32_t *code)
{
        return !(pc & 3) && memory_copy(pc, code, sizeof(*code));
}

const char *machine_register_name(unsigned int index)
{
        static char name[8];

        if (index == MACHINE_SP)
                return "sp";
        if (index == MACHINE_PC)
                return "pc";
        if (index == MACHINE_PC + 1)
                return "pstate";
        snprintf(name, sizeof(name), "x%u", index);
        return name;
}

unsigned int machine_shown(unsigned int nth)
{
        return nth;
}

bool machine_is_signal_return(uint64_t pc)
{
        uint32_t code[2];

        /* mov x8, #139; svc #0; 139 is rt_sigreturn. */
        return instruction(pc, &code[0]) && instruction(pc + 4, &code[1]) && code[0] == 0xd2801168 &&
               code[1] == 0xd4000001;
}

bool machine_signal_registers(uint64_t sp, struct registers *to)
{
        /* struct rt_sigframe: siginfo, then ucontext; regs, sp, pc and pstate follow each other. */
        return memory_copy(sp + sizeof(siginfo_t) + offsetof(ucontext_t, uc_mcontext.regs), to->r, sizeof(to->r));
}

uint64_t machine_signal_info(uint64_t sp)
{
        return sp;
}

bool machine_follows_call(uint64_t pc, uint64_t *target)
{
        uint32_t code;

        *target = 0;
        if (!instruction(pc - 4, &code))
                return false;
        if ((code & 0xfc000000) == 0x94000000) { /* bl */
                *target = pc - 4 + (uint64_t)((int64_t)((uint64_t)code << 38) >> 36);
                return true;
        }
        return (code & 0xfffffc1f) == 0xd63f0000 || (code & 0xfefff800) == 0xd63f0800; /* blr, blraa and its kin */
}

bool machine_follows_system_call(uint64_t pc)
{
        uint32_t code = 0;

        return memory_copy(pc - 4, &code, sizeof(code)) && code == 0xd4000001; /* svc #0 */
}

uint64_t machine_call_target(uint64_t target)
{
        uint32_t code[2];
        uint64_t page, entry;

        /* adrp x16, page; ldr x17, [x16, #offset] */
        if (!instruction(target, &code[0]) || !instruction(target + 4, &code[1]) ||
            (code[0] & 0x9f00001f) != 0x90000010 || (code[1] & 0xffc003ff) != 0xf9400211)
                return target;
        page = (uint64_t)((int64_t)((uint64_t)((code[0] >> 5 & 0x7ffff) << 2 | (code[0] >> 29 & 3)) << 43) >> 31);
        page += target & ~UINT64_C(4095);
        return memory_word(page + (code[1] >> 10 & 0xfff) * 8, &entry) ? entry : target;
}

bool machine_jumps_between(uint64_t function, uint64_t low, uint64_t high)
{
        uint32_t code;

        for (uint64_t at = function; at < function + 32 && instruction(at, &code); at += 4) {
                if ((code & 0xfc000000) != 0x14000000) /* b */
                        continue;
                uint64_t target = at + (uint64_t)((int64_t)((uint64_t)code << 38) >> 36);

                if (target >= low && target <= high)
                        return true;
        }
        return false;
}

bool machine_return_at_entry(const struct registers *from, struct registers *to)
{
        *to = *from;
        to->r[MACHINE_PC] = machine_code_address(from->r[LINK]);
        return to->r[MACHINE_PC] != 0;
}

bool machine_return_at_edge(const struct registers *from, struct registers *to)
{
        uint64_t target;
        uint32_t code;

        /* Before "stp x29, x30, [sp, #-n]!" and at "ret" the link register is the way back. */
        if (!instruction(from->r[MACHINE_PC], &code))
                return false;
        if ((code & 0xffc07fff) != 0xa9807bfd && code != 0xd65f03c0 && code != 0xd503233f)
                return false;
        return machine_return_at_entry(from, to) && machine_follows_call(to->r[MACHINE_PC], &target);
}

bool machine_return_of_leaf(uint64_t start, const struct registers *from, struct registers *to)
{
        uint32_t code;

        if (!machine_return_at_entry(from, to))
                return false;
        if (start < from->r[MACHINE_PC] && instruction(start, &code) && (code & 0xffc003ff) == 0xd10003ff)
                to->r[MACHINE_SP] += code >> 10 & 0xfff; /* sub sp, sp, #n */
        return true;
}

/* What the instructions at a function's beginning have done to the stack: how far down it is, and where x29 and x30 are. */
struct prologue {
        uint64_t size;                /* bytes below the caller's stack pointer */
        uint64_t frame_pointer, link; /* as far below that; 0: not saved */
        bool sets_frame_pointer;
};

static void saves(struct prologue *told, unsigned int which, uint64_t below)
{
        if (which == MACHINE_FP)
                told->frame_pointer = below;
        else if (which == LINK)
                told->link = below;
}

/* False where a branch ends the straight way. Arm: A64 instruction set, loads and stores, add and subtract (immediate). */
static bool follow_prologue(uint32_t code, struct prologue *told)
{
        const uint64_t nine = (uint64_t)((int64_t)((uint64_t)code << 43) >> 55);
        const uint64_t seven = (uint64_t)((int64_t)((uint64_t)code << 42) >> 57) * 8;

        if ((code & 0xff8003ff) == 0xd10003ff) { /* sub sp, sp, #n, perhaps shifted */
                told->size += (uint64_t)(code >> 10 & 0xfff) << (code >> 22 & 1 ? 12 : 0);
        } else if ((code & 0xffc003e0) == 0x6d8003e0 ||
                   (code & 0xffc003e0) == 0xad8003e0) { /* stp dN or qN, [sp, #n]! */
                told->size -= code >> 31 ? seven * 2 : seven;
        } else if ((code & 0xffe00fe0) == 0xf8000fe0) { /* str xN, [sp, #n]! */
                told->size -= nine;
                saves(told, code & 31, told->size);
        } else if ((code & 0xffc003e0) == 0xf90003e0) { /* str xN, [sp, #n] */
                saves(told, code & 31, told->size - (uint64_t)(code >> 10 & 0xfff) * 8);
        } else if ((code & 0xff4003e0) == 0xa90003e0) { /* stp xN, xM, [sp, #n], with a ! if bit 23 is set */
                const uint64_t below = told->size - seven;

                saves(told, code & 31, below);
                saves(told, code >> 10 & 31, below - 8);
                told->size = code & 1u << 23 ? below : told->size;
        } else if ((code & 0xbfc003ff) == 0x910003fd) { /* add or sub x29, sp, #n */
                told->sets_frame_pointer = true;
        }
        return (code & 0x7c000000) != 0x14000000 && (code & 0x7c000000) != 0x34000000 &&
               (code & 0xfe000000) != 0x54000000 &&
               (code & 0xfe000000) != 0xd6000000; /* b, bl; cbz, tbz; b.cond; br, blr, ret */
}

/*
 * What -fomit-frame-pointer has compiled leaves x29 to a caller, whose pair would lead past the nearer ones: the link
 * register is where the first instructions have put it.
 */
bool machine_return_by_prologue(uint64_t start, const struct registers *from, struct registers *to)
{
        struct prologue told = {0};
        uint32_t code;

        for (uint64_t at = start; at < start + 64 && at < from->r[MACHINE_PC] && instruction(at, &code); at += 4)
                if (!follow_prologue(code, &told))
                        break;
        *to = *from;
        to->r[MACHINE_SP] += told.size;
        if (!told.link || told.sets_frame_pointer || !memory_word(to->r[MACHINE_SP] - told.link, &to->r[MACHINE_PC]) ||
            (told.frame_pointer && !memory_word(to->r[MACHINE_SP] - told.frame_pointer, &to->r[MACHINE_FP])))
                return false;
        to->r[MACHINE_PC] = machine_code_address(to->r[MACHINE_PC]);
        return true;
}

bool machine_sets_frame_pointer(uint64_t function)
{
        (void)function; /* nearly all that call others do */
        return true;
}

/*
 * The signal frame above from that a handler was called with: the kernel sets x29 to a pair behind it, which holds what
 * x29 and x30 were (setup_sigframe), as the saved registers do.
 */
static bool find_signal_frame(uint64_t from, uint64_t pair, uint64_t *found)
{
        const size_t saved = sizeof(siginfo_t) + offsetof(ucontext_t, uc_mcontext.regs[MACHINE_FP]);
        uint64_t before[2], here[2];

        if (!memory_copy(pair, before, sizeof(before)) || !before[1])
                return false;
        for (uint64_t at = (from + 15) & ~UINT64_C(15); at < pair && pair - at < MOST_SIGNAL_FRAME; at += 16) {
                *found = at;
                if (memory_copy(at + saved, here, sizeof(here)) && here[0] == before[0] && here[1] == before[1])
                        return true;
        }
        return false;
}

bool machine_return_by_frame(const struct registers *from, struct registers *to)
{
        uint64_t frame = from->r[MACHINE_FP];

        *to = *from;
        to->r[MACHINE_SP] = frame + 16;
        if ((frame & 7) || !memory_word(frame, &to->r[MACHINE_FP]) || !memory_word(frame + 8, &to->r[MACHINE_PC]))
                return false;
        to->r[MACHINE_PC] = machine_code_address(to->r[MACHINE_PC]);
        return !machine_is_signal_return(to->r[MACHINE_PC]) ||
               find_signal_frame(frame + 16, to->r[MACHINE_FP], &to->r[MACHINE_SP]);
}

/*
 * Go's runtime/asm_arm64.s: two words are pushed onto the thread's stack. If it was changed to, these are the goroutine
 * and how far below the upper end of its stack, its second word, the stack pointer was; otherwise 0 and the stack
 * pointer. That points to the return address, and right below is the frame pointer.
 */
bool machine_return_by_go_switch(const struct registers *from, struct registers *to)
{
        uint64_t goroutine, before, upper_end;

        *to = *from;
        if (!memory_word(from->r[MACHINE_SP], &goroutine) || !memory_word(from->r[MACHINE_SP] + 8, &before))
                return false;
        if (goroutine) {
                if (!memory_word(goroutine + 8, &upper_end))
                        return false;
                before = upper_end - before;
        }
        to->r[MACHINE_SP] = before + 16;
        return !(before & 7) && memory_word(before - 8, &to->r[MACHINE_FP]) && memory_word(before, &to->r[MACHINE_PC]);
}

bool machine_survives_calls(unsigned int index)
{
        /* AAPCS64, 6.1.1: x19 to x28; the frame pointer and the stack pointer. */
        return (index >= 19 && index <= MACHINE_FP) || index == MACHINE_SP;
}

uint64_t machine_code_address(uint64_t address)
{
        /* User addresses have at most 52 bits, with 48 the usual; a signature fills what is above. */
        if (modules_executable(address))
                return address;
        return address & ((UINT64_C(1) << 48) - 1);
}

bool machine_from_kernel(const void *raw, size_t length, struct registers *to)
{
        if (length != sizeof(*to)) /* struct user_pt_regs: x0 to x30, sp, pc, pstate */
                return false;
        memcpy(to, raw, length);
        return true;
}

/* The calls: see the x86_64 twin. The answer has replaced the first argument; the number and the others are still there. */
bool machine_restart_call(void *raw, const struct waiting_call *before)
{
        static const unsigned short calls[] = {
                SYS_epoll_pwait, SYS_epoll_pwait2, SYS_semop,  SYS_semtimedop,    SYS_rt_sigtimedwait, SYS_io_getevents,
                SYS_accept,      SYS_accept4,      SYS_read,   SYS_readv,         SYS_recvfrom,        SYS_recvmsg,
                SYS_write,       SYS_writev,       SYS_sendto, SYS_io_pgetevents,
        };
        struct user_regs_struct *regs = raw;

        if ((long)regs->regs[0] != -EINTR || !before->known || before->number != regs->regs[8] ||
            before->sp != regs->sp || before->pc != regs->pc)
                return false;
        for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
                if (before->number == calls[i]) {
                        regs->regs[0] = before->first;
                        regs->pc -= 4; /* the instruction svc */
                        return true;
                }
        return false;
}

void machine_fail_call(void *raw)
{
        struct user_regs_struct *regs = raw;

        regs->regs[0] = (uint64_t)-EINTR;
        regs->pc += 4;
}

bool machine_is_canonical(uint64_t address)
{
        address &= (UINT64_C(1) << 56) - 1; /* the top byte is ignored (TBI) */
        return !(address >> 52);
}

#endif
