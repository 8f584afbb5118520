/* Makes the signal calls that words such as "sigaction:USR1:handler+siginfo" ask for and prints what libc answered. */
#ifndef CALLS_H
#define CALLS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* what rt_sigaction(2) takes, which is not libc's struct sigaction */
struct kernel_action {
        void (*handler)(int);
        unsigned long flags;
        void (*restorer)(void);
        unsigned long mask;
};

static int calls_quiet;
static const char *calls_who = ""; /* stands before what a handler says */
static sigjmp_buf *calls_jump;     /* where the handler "jump" goes */
static _Thread_local struct sigaction calls_saved;

#define CALLS_SAY(...)                                                                                                 \
        do {                                                                                                           \
                if (!calls_quiet)                                                                                      \
                        dprintf(1, __VA_ARGS__);                                                                       \
        } while (0)

static int calls_number(const char *name)
{
        static const char *const names[] = {"",       "HUP",  "INT",    "QUIT", "ILL",   "TRAP", "ABRT", "BUS",
                                            "FPE",    "KILL", "USR1",   "SEGV", "USR2",  "PIPE", "ALRM", "TERM",
                                            "STKFLT", "CHLD", "CONT",   "STOP", "TSTP",  "TTIN", "TTOU", "URG",
                                            "XCPU",   "XFSZ", "VTALRM", "PROF", "WINCH", "IO",   "PWR",  "SYS"};

        for (int i = 1; i < 32; i++)
                if (strcmp(name, names[i]) == 0)
                        return i;
        return atoi(name);
}

static void calls_handler(int sig)
{
        CALLS_SAY("%shandler of %d ran\n", calls_who, sig);
}

static void calls_second(int sig)
{
        CALLS_SAY("%ssecond handler of %d ran\n", calls_who, sig);
}

/* The signals from 1 to 64; each libc has its own name for them. */
static unsigned long calls_bits(const sigset_t *set)
{
        return *(const unsigned long *)(const void *)set;
}

/* Says what is blocked while it runs, on which stack, and who sent the signal. */
static void calls_shows(int sig, siginfo_t *info, void *context)
{
        sigset_t mask;
        stack_t stack;

        (void)context;
        sigprocmask(SIG_BLOCK, NULL, &mask);
        syscall(SYS_sigaltstack, NULL, &stack);
        CALLS_SAY("%sshows %d: mask %#lx, %s stack, %s\n", calls_who, sig, calls_bits(&mask),
                  stack.ss_flags & SS_ONSTACK ? "alternate" : "usual", info->si_pid == getpid() ? "own" : "other");
}

static void calls_jumps(int sig)
{
        CALLS_SAY("%sjumps from %d\n", calls_who, sig);
        siglongjmp(*calls_jump, 1);
}

static const char *calls_word(void (*handler)(int))
{
        static const struct {
                void (*handler)(int);
                const char *word;
        } words[] = {{SIG_DFL, "default"},
                     {SIG_IGN, "ignored"},
                     {SIG_HOLD, "hold"},
                     {SIG_ERR, "error"},
                     {calls_handler, "handler"},
                     {calls_second, "second"},
                     {(void (*)(int))calls_shows, "shows"},
                     {calls_jumps, "jumps"}};

        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
                if (handler == words[i].handler)
                        return words[i].word;
        return "foreign";
}

static struct sigaction calls_wanted(char *words)
{
        static const struct {
                const char *word;
                unsigned int flag;
        } flags[] = {{"siginfo", SA_SIGINFO}, {"resethand", SA_RESETHAND}, {"nodefer", SA_NODEFER},
                     {"restart", SA_RESTART}, {"onstack", SA_ONSTACK},     {"nocldstop", SA_NOCLDSTOP},
                     {"unknown", 0x00800400}};
        struct sigaction act = {.sa_handler = SIG_DFL};

        for (char *rest = words, *word; (word = strsep(&rest, "+"));) {
                for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
                        if (strcmp(word, flags[i].word) == 0)
                                act.sa_flags |= (int)flags[i].flag;
                if (strcmp(word, "saved") == 0)
                        act = calls_saved;
                else if (strcmp(word, "fullmask") == 0)
                        sigfillset(&act.sa_mask);
                else if (strcmp(word, "everybit") == 0)
                        memset(&act.sa_mask, 0xff, sizeof(act.sa_mask));
                else if (strcmp(word, "ignore") == 0)
                        act.sa_handler = SIG_IGN;
                else if (strcmp(word, "hold") == 0)
                        act.sa_handler = SIG_HOLD;
                else if (strcmp(word, "error") == 0)
                        act.sa_handler = SIG_ERR;
                else if (strcmp(word, "handler") == 0)
                        act.sa_handler = calls_handler;
                else if (strcmp(word, "second") == 0)
                        act.sa_handler = calls_second;
                else if (strcmp(word, "jumps") == 0)
                        act.sa_handler = calls_jumps;
                else if (strcmp(word, "shows") == 0)
                        act.sa_sigaction = calls_shows;
                else if (strncmp(word, "mask", 4) == 0)
                        sigaddset(&act.sa_mask, calls_number(word + 4));
        }
        return act;
}

static void calls_action(const char *name, int sig, const struct sigaction *act)
{
        int (*call)(int, const struct sigaction *, struct sigaction *);
        struct sigaction old = {.sa_handler = SIG_HOLD};
        int result;

        call = (__typeof__(call))dlsym(RTLD_DEFAULT, act ? name : "sigaction");
        errno = 0;
        result = call(sig, act, &old);
        /* without the flag SA_RESTORER, which libc sets on x86_64 and headers keep to themselves, it is whatever lay there */
        CALLS_SAY("%s %d: %d errno %d, was %s flags %#x mask %#lx restorer %s\n", name, sig, result, errno,
                  calls_word(old.sa_handler), (unsigned int)old.sa_flags, calls_bits(&old.sa_mask),
                  result == 0 && old.sa_flags & 0x04000000 && old.sa_restorer ? "yes" : "no");
        if (result == 0 && act)
                calls_saved = old;
}

static void calls_simple(const char *name, int sig, const char *want, void (*handler)(int))
{
        void *call = dlsym(RTLD_DEFAULT, name);

        errno = 0;
        if (strcmp(name, "siginterrupt") == 0) {
                int result = ((int (*)(int, int))call)(sig, atoi(want));
                CALLS_SAY("%s %d %s: %d errno %d\n", name, sig, want, result, errno);
        } else if (strcmp(name, "sighold") == 0 || strcmp(name, "sigrelse") == 0 || strcmp(name, "sigignore") == 0) {
                int result = ((int (*)(int))call)(sig);
                CALLS_SAY("%s %d: %d errno %d\n", name, sig, result, errno);
        } else {
                void (*old)(int) = ((void (*(*)(int, void (*)(int)))(int))call)(sig, handler);
                CALLS_SAY("%s %d %s: was %s errno %d\n", name, sig, want, calls_word(old), errno);
                if (old != SIG_ERR)
                        calls_saved = (struct sigaction){.sa_handler = old};
        }
}

static void calls_kernel(int sig)
{
        struct kernel_action now = {0};

        syscall(SYS_rt_sigaction, sig, NULL, &now, 8);
        CALLS_SAY("kernel %d: %s mask %#lx\n", sig, calls_word(now.handler), now.mask);
}

static void calls_flags(int sig)
{
        struct kernel_action now = {0};

        syscall(SYS_rt_sigaction, sig, NULL, &now, 8);
        CALLS_SAY("flags %d:%s%s%s\n", sig, now.flags & SA_RESTART ? " restart" : "",
                  now.flags & SA_ONSTACK ? " onstack" : "", now.flags & SA_NOCLDSTOP ? " nocldstop" : "");
}

/* A forked child raises the signal, and is waited for. */
static void calls_fork(int sig)
{
        pid_t child = fork();

        if (child == 0) {
                raise(sig);
                _exit(0);
        }
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
                ;
}

/* through a handle of libc alone, and so past every hook */
static void calls_past_hooks(int sig, const struct sigaction *act)
{
        void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
        int (*call)(int, const struct sigaction *, struct sigaction *);

        call = (__typeof__(call))dlsym(libc, "sigaction");
        CALLS_SAY("past hooks %d: %d\n", sig, call(sig, act, NULL));
}

/* The signal from somebody else: a child sends it, and lives until it has been taken. */
static void calls_stray(int sig)
{
        int sent[2], taken[2];
        char byte = 0;
        pid_t parent = getpid(), child;

        if (pipe(sent) || pipe(taken))
                return;
        child = fork();
        if (child == 0) {
                close(taken[1]);
                kill(parent, sig);
                if (write(sent[1], &byte, 1) == 1)
                        (void)!read(taken[0], &byte, 1);
                _exit(0);
        }
        /* every return to here takes what is pending first */
        while (read(sent[0], &byte, 1) < 0 && errno == EINTR)
                ;
        for (int i = 0; i < 2; i++) {
                close(sent[i]);
                close(taken[i]);
        }
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
                ;
        CALLS_SAY("stray %d\n", sig);
}

static void calls_wait(void)
{
        CALLS_SAY("ready\n");
        for (;;)
                pause();
}

/* one of: query kernel past_hooks raise wait, or the name of a libc function */
static void calls_make(const char *text)
{
        char copy[128], *rest = copy;
        const char *name, *number, *want;
        struct sigaction act;
        int sig;

        snprintf(copy, sizeof(copy), "%s", text);
        name = strsep(&rest, ":");
        number = rest ? strsep(&rest, ":") : "0";
        want = rest ? rest : "";
        sig = calls_number(number);
        if (strcmp(name, "siginterrupt") == 0) {
                calls_simple(name, sig, want, NULL);
                return;
        }
        act = calls_wanted(rest ? rest : copy + sizeof(copy) - 1);
        if (strcmp(name, "query") == 0)
                calls_action(name, sig, NULL);
        else if (strcmp(name, "kernel") == 0)
                calls_kernel(sig);
        else if (strcmp(name, "flags") == 0)
                calls_flags(sig);
        else if (strcmp(name, "fork") == 0)
                calls_fork(sig);
        else if (strcmp(name, "past_hooks") == 0)
                calls_past_hooks(sig, &act);
        else if (strcmp(name, "sigaction") == 0 || strcmp(name, "__sigaction") == 0)
                calls_action(name, sig, &act);
        else if (strcmp(name, "raise") == 0)
                CALLS_SAY("raise %d: %d\n", sig, raise(sig));
        else if (strcmp(name, "kill") == 0)
                CALLS_SAY("kill %d: %d\n", sig, kill(getpid(), sig));
        else if (strcmp(name, "stray") == 0)
                calls_stray(sig);
        else if (strcmp(name, "wait") == 0)
                calls_wait();
        else if (strcmp(name, "none") != 0)
                calls_simple(name, sig, want, act.sa_handler);
}

#endif
