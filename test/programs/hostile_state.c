/* Brings itself into a bad state, word by word, and crashes: hostile_state [limit NAME VALUE | setuid N | ...]... */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "asleep.h"

static const struct {
        const char *name;
        int number;
} limits[] = {{"as", RLIMIT_AS},       {"nofile", RLIMIT_NOFILE},  {"nproc", RLIMIT_NPROC},
              {"stack", RLIMIT_STACK}, {"fsize", RLIMIT_FSIZE},    {"sigpending", RLIMIT_SIGPENDING},
              {"data", RLIMIT_DATA},   {"memlock", RLIMIT_MEMLOCK}};

static void limit(const char *name, long value)
{
        for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
                if (!strcmp(limits[i].name, name) &&
                    setrlimit(limits[i].number, &(struct rlimit){(rlim_t)value, (rlim_t)value}) == 0)
                        return;
        perror(name);
        exit(64);
}

/* The address space that is in use, and a few KiB. */
static long address_space(void)
{
        long pages = 0;
        FILE *file = fopen("/proc/self/statm", "r");

        if (!file || fscanf(file, "%ld", &pages) != 1)
                exit(64);
        fclose(file);
        return pages * 4096 + 8192;
}

static void *sleep_well(void *name)
{
        pthread_setname_np(pthread_self(), name);
        for (;;)
                pause();
}

static void *load_slowly(void *unused)
{
        setenv("HOSTILE_FIRST", "sleep", 1);
        dlopen("libhostile_first.so", RTLD_NOW); /* its constructor never returns: the loader's lock stays held */
        return unused;
}

static void in_thread(void *(*run)(void *), void *value)
{
        pthread_t thread;
        static volatile int tid;

        tid = 0;
        pthread_create(&thread, NULL, run, value);
        usleep(50000); /* its own place does not matter, only that it got there */
}

static void block_raw(void)
{
        uint64_t all = ~(uint64_t)0;

        syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, NULL, sizeof(all));
}

static volatile int *where = (volatile int *)0x90;
static volatile int blocks_later;

static void *crash_there(void *first)
{
        pthread_join(*(pthread_t *)first, NULL);
        *where = 1;
        return first;
}

/* Ends the first thread; another one crashes then. */
static void end_first(void)
{
        static pthread_t first, thread;

        first = pthread_self();
        pthread_create(&thread, NULL, crash_there, &first);
        pthread_exit(NULL);
}

static int has_child(void)
{
        char path[64], digits[16] = "";
        FILE *file;

        snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
        if ((file = fopen(path, "r"))) {
                (void)!fread(digits, 1, sizeof(digits) - 1, file);
                fclose(file);
        }
        return atoi(digits);
}

/* Maps the page that the fault was about as soon as a report of it is made; no signal stops this thread. */
static void *map_later(void *page)
{
        block_raw();
        while (!has_child())
                usleep(1000);
        mmap(page, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        return sleep_well("mapper");
}

static void heal(void)
{
        static pthread_t thread;

        where = (volatile int *)0x123456789000;
        pthread_create(&thread, NULL, map_later, (void *)0x123456789000);
}

/* Pages that cannot be one mapping with their neighbours. */
static void map_many(long count)
{
        char *pages = mmap(NULL, (size_t)count * 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        for (long i = 0; i < count; i++)
                if (mprotect(pages + i * 8192, 4096, PROT_READ))
                        exit(64);
}

/* A thread of the kernel's own that looks for requests. */
static void start_uring(void)
{
        struct io_uring_params parameters = {.flags = IORING_SETUP_SQPOLL, .sq_thread_idle = 60000};

        if (syscall(SYS_io_uring_setup, 8, &parameters) < 0) {
                perror("io_uring");
                exit(65);
        }
}

/* Does what the words say first; how many of them it was. */
static int prepare(char **words)
{
        if (!strcmp(words[0], "limit")) {
                limit(words[1], strcmp(words[2], "now") ? atol(words[2]) : address_space());
                return 3;
        }
        if (!strcmp(words[0], "setuid")) {
                if (setgid((gid_t)atoi(words[1])) || setuid((uid_t)atoi(words[1])))
                        exit(64);
                return 2;
        }
        if (!strcmp(words[0], "seteuid")) {
                if (seteuid((uid_t)atoi(words[1])))
                        exit(64);
                return 2;
        }
        if (!strcmp(words[0], "eat")) { /* MiB of memory that is in use */
                memset(malloc((size_t)atoi(words[1]) << 20), 1, (size_t)atoi(words[1]) << 20);
                return 2;
        }
        if (!strcmp(words[0], "alarm")) { /* in so many milliseconds */
                setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 1000L * atoi(words[1])}}, NULL);
                return 2;
        }
        if (!strcmp(words[0], "mappings")) {
                map_many(atol(words[1]));
                return 2;
        }
        if (!strcmp(words[0], "undumpable") || !strcmp(words[0], "dumpable"))
                prctl(PR_SET_DUMPABLE, !strcmp(words[0], "dumpable"));
        else if (!strcmp(words[0], "mlockall"))
                mlockall(MCL_CURRENT | MCL_FUTURE);
        else if (!strcmp(words[0], "block"))
                block_raw();
        else if (!strcmp(words[0], "thread"))
                in_thread(sleep_well, "sleeper");
        else if (!strcmp(words[0], "loading"))
                in_thread(load_slowly, NULL);
        else if (!strcmp(words[0], "setsid"))
                setsid();
        else if (!strcmp(words[0], "first"))
                end_first();
        else if (!strcmp(words[0], "uring"))
                start_uring();
        else if (!strcmp(words[0], "heals"))
                heal();
        else if (!strcmp(words[0], "deaf"))
                blocks_later = 1;
        else
                exit(64);
        return 1;
}

int main(int argc, char **argv)
{
        for (int i = 1; i < argc;)
                i += prepare(argv + i);
        *where = 1;
        if (blocks_later)
                block_raw();
        sleep_well("survivor");
}
