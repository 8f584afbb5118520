/* Numbers of the kernel as words: one table of signals, one of fault codes. */
#include "insignal/words.h"

#include "insignal/sender.h"
#include "memory.h"
#include "sys.h"

static const char names[][8] = {
        [SIGHUP] = "HUP",       [SIGINT] = "INT",   [SIGQUIT] = "QUIT",   [SIGILL] = "ILL",   [SIGTRAP] = "TRAP",
        [SIGABRT] = "ABRT",     [SIGBUS] = "BUS",   [SIGFPE] = "FPE",     [SIGKILL] = "KILL", [SIGUSR1] = "USR1",
        [SIGSEGV] = "SEGV",     [SIGUSR2] = "USR2", [SIGPIPE] = "PIPE",   [SIGALRM] = "ALRM", [SIGTERM] = "TERM",
        [SIGSTKFLT] = "STKFLT", [SIGCHLD] = "CHLD", [SIGCONT] = "CONT",   [SIGSTOP] = "STOP", [SIGTSTP] = "TSTP",
        [SIGTTIN] = "TTIN",     [SIGTTOU] = "TTOU", [SIGURG] = "URG",     [SIGXCPU] = "XCPU", [SIGXFSZ] = "XFSZ",
        [SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF", [SIGWINCH] = "WINCH", [SIGIO] = "IO",     [SIGPWR] = "PWR",
        [SIGSYS] = "SYS",
};
#define NAMES ((int)(sizeof(names) / sizeof(names[0])))

void words_signal(struct out *to, int signal)
{
        out_text(to, "SIG");
        if (signal > 0 && signal < NAMES)
                out_text(to, names[signal]);
        else
                out_number(to, signal);
}

static bool same(const char *name, size_t length, const char *other)
{
        for (size_t i = 0; i < length; i++) {
                char upper = name[i];

                if (upper >= 'a' && upper <= 'z')
                        upper = (char)(upper - 32);
                if (!other[i] || upper != other[i])
                        return false;
        }
        return !other[length];
}

int words_signal_number(const char *name, size_t length)
{
        int number = 0;

        if (length > 3 && same(name, 3, "SIG")) {
                name += 3;
                length -= 3;
        }
        for (int signal = 1; signal < NAMES; signal++)
                if (same(name, length, names[signal]))
                        return signal;
        if (length == 3 && same(name, 3, "IOT"))
                return SIGABRT;
        for (size_t i = 0; i < length; i++) {
                if (name[i] < '0' || name[i] > '9' || number > 64)
                        return 0;
                number = number * 10 + name[i] - '0';
        }
        return number <= 64 ? number : 0;
}

/* si_code values: include/uapi/asm-generic/siginfo.h. where: what the address means. */
static const struct {
        int signal, code;
        const char *text;
} reasons[] = {
        {SIGBUS, 1, "misaligned access to address "},
        {SIGBUS, 2, "access behind the end of a mapped file or to nonexistent memory at address "},
        {SIGBUS, 3, "hardware error of the object at address "},
        {SIGBUS, 4, "hardware memory error, used, at address "},
        {SIGBUS, 5, "hardware memory error, found, at address "},
        {SIGILL, 1, "illegal opcode at "},
        {SIGILL, 2, "illegal operand at "},
        {SIGILL, 3, "illegal addressing mode at "},
        {SIGILL, 4, "illegal trap at "},
        {SIGILL, 5, "privileged opcode at "},
        {SIGILL, 6, "privileged register at "},
        {SIGILL, 7, "coprocessor error at "},
        {SIGILL, 8, "error of the internal stack at "},
        {SIGFPE, 1, "integer division by zero at "},
        {SIGFPE, 2, "integer overflow at "},
        {SIGFPE, 3, "floating point division by zero at "},
        {SIGFPE, 4, "floating point overflow at "},
        {SIGFPE, 5, "floating point underflow at "},
        {SIGFPE, 6, "inexact floating point result at "},
        {SIGFPE, 7, "invalid floating point operation at "},
        {SIGFPE, 8, "subscript out of range at "},
        {SIGTRAP, 1, "breakpoint"},
        {SIGTRAP, 2, "single step"},
        {SIGTRAP, 4, "hardware breakpoint"},
        {SIGTRAP, 128, "breakpoint instruction"},
        {SIGSEGV, 3, "bound check failed at address "},
        {SIGSEGV, 4, "protection key forbids address "},
        {SIGSEGV, 8, "memory tag mismatch, late"},
        {SIGSEGV, 9, "memory tag mismatch at address "},
        {SIGSEGV, 10, "control flow violation (shadow stack)"},
        {SIGSEGV, 128, "general protection fault (an address that no pointer can have, or an odd instruction)"},
        {SIGBUS, 128, "stack fault (an address that no pointer can have)"},
};

static void words_segv(struct out *to, const siginfo_t *info, enum access_kind access)
{
        static const char *const kind[] = {"access to ", "read of ", "write to ", "execution of "};

        out_text(to, kind[access]);
        out_text(to, info->si_code == SEGV_MAPERR ? "unmapped address " : "protected address ");
        out_hex(to, (uint64_t)(uintptr_t)info->si_addr);
}

void words_reason(struct out *to, const siginfo_t *info, enum access_kind access, const struct sender_facts *sender)
{
        int signal = info->si_signo;

        if (info->si_code <= 0) {
                out_text(to, "sent by ");
                sender_words(to, info, sender);
                return;
        }
        if (signal == SIGSEGV && (info->si_code == SEGV_MAPERR || info->si_code == SEGV_ACCERR)) {
                words_segv(to, info, access);
                return;
        }
        if (signal == SIGSYS && info->si_code == 1) {
                out_text(to, "system call ");
                out_number(to, info->si_syscall);
                out_text(to, " is forbidden by a seccomp filter");
                return;
        }
        for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
                if (reasons[i].signal != signal || reasons[i].code != info->si_code)
                        continue;
                out_text(to, reasons[i].text);
                if (reasons[i].text[strlen(reasons[i].text) - 1] == ' ')
                        out_hex(to, (uint64_t)(uintptr_t)info->si_addr);
                return;
        }
        out_text(to, "code ");
        out_number(to, info->si_code);
}
