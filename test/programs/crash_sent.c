/* Is sent a signal, by itself or (wait) by others: crash_sent HOW NUMBER [thread]. */
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "asleep.h"

#ifndef BUS_MCEERR_AO
#define BUS_MCEERR_AO 5 /* glibc 2.17 has no name for it */
#endif

static const char *way;
static int number;
static pthread_t victim;
static long victim_tid;

/* Where the signal meets the other thread is part of the comparison, so that it waits first. */
static void *send_to_victim(void *unused)
{
        wait_until_asleep(victim_tid);
        pthread_kill(victim, number);
        return unused;
}

static void wait_for_it(void)
{
        printf("ready %ld\n", victim_tid);
        fflush(stdout);
        for (;;)
                pause();
}

/* As the kernel does for memory that it has found broken, or an access that the processor had let pass. */
static void send_late(void)
{
        siginfo_t info = {.si_signo = number, .si_code = number == SIGBUS ? BUS_MCEERR_AO : 8};

        info.si_addr = &way;
        syscall(SYS_rt_tgsigqueueinfo, getpid(), victim_tid, number, &info);
}

/* It waits, blocked, and is let in for one call only. */
static void let_in(void)
{
        sigset_t one, none;

        sigemptyset(&none);
        sigemptyset(&one);
        sigaddset(&one, number);
        sigprocmask(SIG_BLOCK, &one, NULL);
        raise(number);
        sigsuspend(&none);
}

static void inner(void)
{
        pthread_t sender;

        victim = pthread_self();
        victim_tid = syscall(SYS_gettid);
        if (!strcmp(way, "raise"))
                raise(number);
        if (!strcmp(way, "queue"))
                sigqueue(getpid(), number, (union sigval){.sival_int = 77});
        if (!strcmp(way, "late"))
                send_late();
        if (!strcmp(way, "let_in"))
                let_in();
        if (!strcmp(way, "other"))
                pthread_create(&sender, NULL, send_to_victim, NULL);
        if (!strcmp(way, "abort"))
                abort();
        if (!strcmp(way, "assert"))
                assert(number == 4711 && "the answer");
        wait_for_it();
}

static void *worker(void *unused)
{
        pthread_setname_np(pthread_self(), "worker 3");
        wait_until_asleep(getpid());
        inner();
        return unused;
}

int main(int argc, char **argv)
{
        sigset_t all;
        pthread_t thread;

        if (argc < 3)
                return 64;
        way = argv[1];
        number = atoi(argv[2]);
        if (argc == 3)
                inner();
        /* a signal sent to the process then meets the other thread, without a guard at least */
        pthread_create(&thread, NULL, worker, NULL);
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, NULL);
        pthread_join(thread, NULL);
}
