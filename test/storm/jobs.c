/* What the threads of the storm's service do all the time: whatever takes a lock or changes a table of the process. */
#include "jobs.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storm.h"

static const int crash_signals[] = {STORM_SIGNALS};
static const char *_Atomic opened;
static pthread_mutex_t locks[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void allocate(uint64_t *random)
{
        void *blocks[16];

        for (unsigned i = 0; i < 16; i++)
                blocks[i] = malloc(storm_pick(random, 8) ? storm_pick(random, 2000) : storm_pick(random, 300000));
        for (unsigned i = 0; i < 16; i++)
                free(i % 3 ? blocks[i] : realloc(blocks[i], 5000));
}

static void use_library(uint64_t *random)
{
        void *handle = dlopen(opened, storm_pick(random, 2) ? RTLD_NOW : RTLD_LAZY);
        int (*answer)(int) = handle ? (int (*)(int))dlsym(handle, "storm_answer") : NULL;

        if (answer)
                answer(1);
        if (handle)
                dlclose(handle);
}

static void print(uint64_t *random)
{
        printf("%d lines of %s and %g\n", storm_pick(random, 100), "text", storm_pick(random, 1000) / 7.0);
        if (!storm_pick(random, 4))
                fflush(stdout);
}

static void wait_for(pid_t child)
{
        while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
                ;
}

static void fork_child(uint64_t *random)
{
        pid_t child = fork();

        if (child == 0) {
                free(malloc(storm_pick(random, 5000)));
                _exit(3);
        }
        wait_for(child);
}

static void spawn_child(uint64_t *random)
{
        char *const arguments[] = {"true", NULL};
        extern char **environ;
        pid_t child;

        if (!storm_pick(random, 4) && posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environ) == 0)
                wait_for(child);
}

static void take_locks(uint64_t *random)
{
        pthread_mutex_lock(&locks[0]);
        pthread_mutex_lock(&locks[1]);
        if (!storm_pick(random, 3))
                sched_yield();
        pthread_mutex_unlock(&locks[1]);
        pthread_mutex_unlock(&locks[0]);
}

/* What a careful handler does: gives the signal back. */
static void give_up(int number)
{
        signal(number, SIG_DFL);
        raise(number);
}

static void notice(int number)
{
        (void)number;
}

static void change_handlers(uint64_t *random)
{
        static const int strays[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGPIPE, SIGWINCH};
        const int crash = crash_signals[storm_pick(random, STORM_SIGNAL_COUNT)];
        const int stray = strays[storm_pick(random, 5)];
        struct sigaction action = {.sa_handler = give_up, .sa_flags = SA_ONSTACK}, old;

        if (storm_pick(random, 2))
                action.sa_flags |= SA_RESETHAND;
        sigaction(crash, &action, &old);
        signal(stray, storm_pick(random, 2) ? notice : SIG_IGN);
        sched_yield();
        signal(stray, SIG_DFL);
        sigaction(crash, &old, NULL);
}

static void change_mask(uint64_t *random)
{
        sigset_t all, before;

        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        if (storm_pick(random, 2))
                sched_yield();
        pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* From a child, as from outside: a program that raises what it has set to SIG_DFL wants to end. */
static void stray_signal(uint64_t *random)
{
        static const int strays[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGPIPE};
        const pid_t service = getpid(), child = fork();

        if (child == 0) {
                kill(service, strays[storm_pick(random, 4)]);
                _exit(0);
        }
        wait_for(child);
}

static void wait_a_little(uint64_t *random)
{
        struct timespec nap = {0, storm_pick(random, 300000)};

        if (storm_pick(random, 2))
                nanosleep(&nap, NULL);
        else
                poll(NULL, 0, 1);
}

/* glibc 2.36 itself deadlocks when a thread changes the process's ids while another one ends: never both at once. */
static pthread_rwlock_t ending = PTHREAD_RWLOCK_INITIALIZER;

static void *short_thread(void *argument)
{
        free(malloc(100));
        return argument;
}

static void *endless_thread(void *argument)
{
        for (;;)
                pause();
        return argument;
}

static void make_thread(uint64_t *random)
{
        void *(*const run)(void *) = storm_pick(random, 2) ? short_thread : endless_thread;
        pthread_t thread;

        if (storm_pick(random, 2))
                return;
        pthread_rwlock_rdlock(&ending);
        if (pthread_create(&thread, NULL, run, NULL) == 0) {
                if (run == endless_thread)
                        pthread_cancel(thread);
                pthread_join(thread, NULL);
        }
        pthread_rwlock_unlock(&ending);
}

/* libc makes every thread do this, by a signal that nobody can block: the one by which threads are parked, too. */
static void change_ids(uint64_t *random)
{
        if (storm_pick(random, 4))
                return;
        pthread_rwlock_wrlock(&ending);
        if (setresuid((uid_t)-1, getuid(), (uid_t)-1) != 0)
                abort();
        pthread_rwlock_unlock(&ending);
}

static void (*const jobs[])(uint64_t *) = {
        allocate,        allocate,   use_library,  print,         fork_child,  spawn_child,   take_locks, change_mask,
        change_handlers, take_locks, stray_signal, wait_a_little, make_thread, wait_a_little, change_ids, make_thread,
};

void jobs_do_one(const char *library, uint64_t *random)
{
        opened = library;
        jobs[storm_pick(random, sizeof(jobs) / sizeof(jobs[0]))](random);
}
