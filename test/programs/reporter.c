/* A program with a crash reporter of its own, which does its work and then gives the signal on: reporter WAY FAULT [thread]. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "crash_fault.h"

static const char *way;
static struct sigaction before[65];

static int is(const char *name)
{
        return strcmp(way, name) == 0;
}

/* How crash reporters end: sentry's and crashpad's, Breakpad's, glog's, and what programs write for themselves. */
static void give_on(int number, siginfo_t *info, void *context)
{
        if (is("old-return") || is("old-raise"))
                sigaction(number, &before[number], NULL);
        else if (!is("chain") && !is("resethand"))
                signal(number, SIG_DFL);
        if (is("old-raise") || is("default-raise"))
                raise(number);
        if (is("default-kill"))
                kill(getpid(), number);
        if (is("tgkill"))
                syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), number);
        if (is("requeue"))
                syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), number, info);
        if (is("chain") && before[number].sa_flags & SA_SIGINFO && before[number].sa_sigaction) {
                before[number].sa_sigaction(number, info, context);
        } else if (is("chain")) {
                sigaction(number, &before[number], NULL);
                raise(number);
        }
}

static void report_it(int number, siginfo_t *info, void *context)
{
        char line[64];
        int size = snprintf(line, sizeof(line), "reporter: signal %d code %d\n", number, info->si_code);

        (void)!write(1, line, (size_t)size);
        if (is("exit"))
                _exit(42);
        if (is("abort") && number != SIGABRT)
                abort();
        give_on(number, info, context);
}

static void *work(void *name)
{
        if (!strcmp(name, "abort"))
                abort();
        fault(name);
        return NULL;
}

int main(int argc, char **argv)
{
        static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
        struct sigaction action = {.sa_sigaction = report_it, .sa_flags = SA_SIGINFO | SA_ONSTACK};
        pthread_t thread;

        if (argc < 3)
                return 64;
        way = argv[1];
        if (is("resethand"))
                action.sa_flags |= (int)SA_RESETHAND;
        sigfillset(&action.sa_mask);
        for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
                sigaction(signals[i], &action, &before[signals[i]]);
        if (argc == 3)
                work(argv[2]);
        else if (pthread_create(&thread, NULL, work, argv[2]) == 0)
                pthread_join(thread, NULL);
        return 3;
}
