/* The service of the storm: threads that keep every lock and table of a process busy until one of them crashes. */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"
#include "storm.h"

#define MOST_THREADS 12

static const int crash_signals[] = {STORM_SIGNALS};
static struct storm_page *page;
static const char *library;
static pthread_mutex_t locks[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static pthread_t threads[MOST_THREADS];
static struct faults_scene scene;
static unsigned scene_thread; /* which worker crashes */
static uint64_t scene_ns;     /* and when */
static uint64_t scene_random;

static void make_crash(void)
{
        atomic_store(&page->crash_ns, storm_now());
        faults_make(&scene);
}

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
        void *handle = dlopen(library, storm_pick(random, 2) ? RTLD_NOW : RTLD_LAZY);
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

static void fork_child(uint64_t *random)
{
        pid_t child = fork();

        if (child == 0) {
                free(malloc(storm_pick(random, 5000)));
                _exit(3);
        }
        while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
                ;
}

static void spawn_child(uint64_t *random)
{
        char *const arguments[] = {"true", NULL};
        extern char **environ;
        pid_t child;

        if (!storm_pick(random, 4) && posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environ) == 0)
                waitpid(child, NULL, 0);
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

static void stray_signal(uint64_t *random)
{
        static const int strays[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGPIPE};

        kill(getpid(), strays[storm_pick(random, 4)]);
}

static void wait_a_little(uint64_t *random)
{
        struct timespec nap = {0, storm_pick(random, 300000)};

        if (storm_pick(random, 2))
                nanosleep(&nap, NULL);
        else
                poll(NULL, 0, 1);
}

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
        pthread_t thread;

        if (!storm_pick(random, 2) && pthread_create(&thread, NULL, short_thread, NULL) == 0)
                pthread_join(thread, NULL);
}

/* libc makes every thread do this, by a signal that nobody can block: the one by which threads are parked for a report. */
static void change_ids(uint64_t *random)
{
        if (!storm_pick(random, 4) && setresuid((uid_t)-1, getuid(), (uid_t)-1) != 0)
                abort();
}

static void cancel_thread(uint64_t *random)
{
        pthread_t thread;

        if (storm_pick(random, 2) || pthread_create(&thread, NULL, endless_thread, NULL) != 0)
                return;
        pthread_cancel(thread);
        pthread_join(thread, NULL);
}

static void (*const jobs[])(uint64_t *) = {
        allocate,        allocate,   use_library,  print,         fork_child,  spawn_child,   take_locks, change_mask,
        change_handlers, take_locks, stray_signal, wait_a_little, make_thread, wait_a_little, change_ids, cancel_thread,
};

static void *work(void *number)
{
        const unsigned index = (unsigned)(uintptr_t)number;
        uint64_t random = scene_random + index + 1;

        for (;;) {
                jobs[storm_pick(&random, sizeof(jobs) / sizeof(jobs[0]))](&random);
                if (index == scene_thread && storm_now() >= scene_ns && atomic_load(&page->ready_ns))
                        make_crash();
        }
        return NULL;
}

/* At any instant of whatever thread the kernel picks, in the middle of what it does. */
static void on_timer(int number)
{
        (void)number;
        make_crash();
}

static void set_timer(unsigned delay_us)
{
        struct sigaction action = {.sa_handler = on_timer};
        struct itimerval once = {{0, 0}, {0, delay_us + 1}};

        sigaction(SIGALRM, &action, NULL);
        setitimer(ITIMER_REAL, &once, NULL);
}

/* A profiler's timer interrupts whatever runs, the crash path too. */
static void set_profiler(void)
{
        struct sigaction action = {.sa_handler = notice, .sa_flags = SA_RESTART};
        struct itimerval often = {{0, 1000}, {0, 1000}};

        sigaction(SIGPROF, &action, NULL);
        setitimer(ITIMER_PROF, &often, NULL);
}

/* service KIND SIGNAL SEED DELAY_US THREADS LIBRARY; KIND "-": it waits for a signal from outside */
int main(int argc, char **argv)
{
        pthread_attr_t attributes;
        unsigned delay_us;

        if (argc != 7)
                return 64;
        page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, STORM_PAGE_FD, 0);
        close(STORM_PAGE_FD);
        scene_random = strtoull(argv[3], NULL, 0) | 1;
        delay_us = (unsigned)atoi(argv[4]);
        library = argv[6];
        scene = (struct faults_scene){argv[1], atoi(argv[2]), library, &scene_random, threads, (unsigned)atoi(argv[5])};
        scene_thread = storm_pick(&scene_random, scene.thread_count);
        scene_ns = storm_now() + delay_us * 1000u;
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, (size_t)(64 << 2 * storm_pick(&scene_random, 3)) * 1024);
        if (strstr(argv[1], "timer"))
                scene_thread = MOST_THREADS;
        if (!strcmp(argv[1], "-"))
                scene_thread = MOST_THREADS;
        for (unsigned i = 1; i < scene.thread_count; i++)
                pthread_create(&threads[i], &attributes, work, (void *)(uintptr_t)i);
        threads[0] = pthread_self();
        atomic_store(&page->ready_ns, storm_now());
        if (storm_pick(&scene_random, 4) == 0)
                set_profiler();
        if (strstr(argv[1], "timer"))
                set_timer(delay_us);
        work(NULL);
        return 0;
}
