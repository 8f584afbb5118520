/* Shows each thread's alternate stack, as sigaltstack() answers and as the kernel has it, while the program sets its own. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <threads.h>
#include <unistd.h>

/* from the kernel's asm-generic/signal-defs.h; libc's headers do not have it */
#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1U << 31)
#endif

static _Thread_local char own[65536];

static const char *whose(const stack_t *stack)
{
        return stack->ss_sp == own ? "own" : stack->ss_sp ? "other" : "none";
}

static void show(const char *where)
{
        stack_t asked = {0}, kernel = {0};
        int result = sigaltstack(NULL, &asked);

        syscall(SYS_sigaltstack, NULL, &kernel);
        dprintf(1, "%s: %d %s flags %#x size %zu\n", where, result, whose(&asked), (unsigned int)asked.ss_flags,
                asked.ss_size);
        dprintf(1, "kernel %s: %s flags %#x %s\n", where, whose(&kernel), (unsigned int)kernel.ss_flags,
                kernel.ss_size >= 8192 + 2048 ? "enough"
                : kernel.ss_size              ? "too small"
                                              : "nothing");
}

static void set(const char *what, char *start, size_t size, int flags)
{
        stack_t new = {.ss_sp = start, .ss_size = size, .ss_flags = flags}, old = {0};
        int result;

        errno = 0;
        result = sigaltstack(&new, &old);
        dprintf(1, "%s: %d errno %d, was %s flags %#x size %zu\n", what, result, errno, whose(&old),
                (unsigned int)old.ss_flags, old.ss_size);
        show(what);
}

static void handler(int sig)
{
        char here;
        int on_own = &here >= own && &here < own + sizeof(own);

        dprintf(1, "handler of %d on the %s stack\n", sig, on_own ? "own" : "other");
        show("in the handler");
        if (on_own)
                set("changed in the handler", own, 32768, 0);
}

static void *all(void *unused)
{
        show("start");
        set("wrong flags", own, sizeof(own), 0x40);
        set("too small", own, 100, 0);
        set("own", own, sizeof(own), 0);
        signal(SIGURG, SIG_DFL);
        sigaction(SIGURG, &(struct sigaction){.sa_handler = handler, .sa_flags = SA_ONSTACK}, NULL);
        raise(SIGURG);
        set("smaller", own, 16384, 0);
        set("disarmed on use", own, sizeof(own), (int)SS_AUTODISARM);
        set("disabled", NULL, 0, SS_DISABLE);
        set("disabled again", own, sizeof(own), SS_DISABLE);
        raise(SIGURG);
        return unused;
}

static int all_for_c11(void *unused)
{
        return all(unused) == NULL ? 0 : 1;
}

int main(int argc, char **argv)
{
        pthread_t thread;
        thrd_t c11;

        if (argc > 1 && strcmp(argv[1], "pthread_create") == 0)
                return pthread_create(&thread, NULL, all, NULL) || pthread_join(thread, NULL);
        if (argc > 1 && strcmp(argv[1], "thrd_create") == 0)
                return thrd_create(&c11, all_for_c11, NULL) || thrd_join(c11, NULL);
        return all(NULL) != NULL;
}
