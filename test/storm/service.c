/* The service of the storm: threads that keep every lock and table of a process busy until one of them crashes. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "faults.h"
#include "jobs.h"
#include "storm.h"

#define MOST_THREADS 12

static struct storm_page *page;
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

static void *work(void *number)
{
        const unsigned index = (unsigned)(uintptr_t)number;
        uint64_t random = scene_random + index + 1;

        for (;;) {
                jobs_do_one(scene.library, &random);
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

static void notice(int number)
{
        (void)number;
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
        scene = (struct faults_scene){argv[1], atoi(argv[2]), argv[6], &scene_random, threads, (unsigned)atoi(argv[5])};
        scene_thread = storm_pick(&scene_random, scene.thread_count);
        scene_ns = storm_now() + delay_us * 1000u;
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, (size_t)(64 << 2 * storm_pick(&scene_random, 3)) * 1024);
        if (strstr(argv[1], "timer") || !strcmp(argv[1], "-"))
                scene_thread = MOST_THREADS; /* none of them: it comes from elsewhere */
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
