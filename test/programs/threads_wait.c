/* Threads that wait in all ways, then a crash, or a signal from outside: threads_wait crash|wait COUNT KIND... */
#define _GNU_SOURCE
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "asleep.h"

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static volatile int last_tid, forever;
static int empty[2];

static void in_futex(void)
{
        pthread_mutex_lock(&held);
}

static void in_read(void)
{
        char byte;

        (void)!read(empty[0], &byte, 1);
}

static void in_nanosleep(void)
{
        nanosleep(&(struct timespec){1000, 0}, NULL);
}

static void in_poll(void)
{
        poll(NULL, 0, -1);
}

static void in_spin(void)
{
        while (!forever)
                ;
}

/* All signals, those that libc keeps for itself included. */
static void in_blocked(void)
{
        uint64_t all = ~(uint64_t)0;

        syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, NULL, sizeof(all));
        in_poll();
}

static int sleep_long(void *unused)
{
        poll(NULL, 0, 20000);
        return unused != NULL;
}

/* The thread itself waits in the kernel, where no signal but SIGKILL reaches it (vfork(2)). */
static void in_vfork(void)
{
        static char stack[65536] __attribute__((aligned(64)));

        clone(sleep_long, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
}

/* Between this thread's frames lies more than what is read of a stack at first. */
static void in_deep(void)
{
        volatile char between[5000];

        between[0] = 1;
        in_poll();
        between[1] = between[0];
}

static const struct {
        const char *name;
        void (*run)(void);
} kinds[] = {{"futex", in_futex}, {"read", in_read},       {"nanosleep", in_nanosleep}, {"poll", in_poll},
             {"spin", in_spin},   {"blocked", in_blocked}, {"vfork", in_vfork},         {"deep", in_deep}};

static void *worker_loop(void *kind)
{
        pthread_setname_np(pthread_self(), kinds[(intptr_t)kind].name);
        last_tid = (int)syscall(SYS_gettid);
        for (;;)
                kinds[(intptr_t)kind].run();
        return NULL;
}

/* Whether all threads but this one wait in the kernel, as far as they ever do. */
static int are_asleep(int awake)
{
        DIR *tasks = opendir("/proc/self/task");
        struct dirent *task;

        while (tasks && (task = readdir(tasks)))
                awake -= atoi(task->d_name) > 0 && !is_asleep(atoi(task->d_name));
        closedir(tasks);
        return awake >= 0;
}

static void start(const char *kind)
{
        pthread_attr_t attributes;
        pthread_t thread;

        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, 65536);
        for (intptr_t i = 0; i < (intptr_t)(sizeof(kinds) / sizeof(kinds[0])); i++) {
                if (strcmp(kinds[i].name, kind))
                        continue;
                last_tid = 0;
                if (pthread_create(&thread, &attributes, worker_loop, (void *)i))
                        exit(64);
                while (!last_tid)
                        sched_yield();
        }
}

int main(int argc, char **argv)
{
        int never_asleep = 0;

        if (argc < 3 || pipe(empty))
                return 64;
        pthread_mutex_lock(&held);
        for (int i = 3; i < argc; i++) {
                never_asleep += !strcmp(argv[i], "spin") || !strcmp(argv[i], "vfork") ? atoi(argv[2]) : 0;
                for (int count = atoi(argv[2]); count > 0; count--)
                        start(argv[i]);
        }
        /* who spins or is in vfork is not asleep in the eyes of the kernel, nor is this thread */
        for (int tries = 0; tries < 5000 && !are_asleep(1 + never_asleep); tries++)
                usleep(1000);
        printf("ready\n");
        fflush(stdout);
        if (!strcmp(argv[1], "crash"))
                *(volatile int *)0x98 = 1;
        in_poll();
}
