/* How a program that turns runs says that its time begins now, and not when it was started. */
#ifndef MARK_H
#define MARK_H

#include <sys/mman.h>
#include <time.h>

#define MARK_FD 3 /* one page, shared with turns */

static inline long long mark_clock(void)
{
        struct timespec time;

        clock_gettime(CLOCK_MONOTONIC, &time);
        return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* The place is asked for beforehand: a mapping is no part of what is measured. */
static inline long long *mark_place(void)
{
        static long long nobody_looks;
        void *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, MARK_FD, 0);

        return page == MAP_FAILED ? &nobody_looks : (long long *)page;
}

#endif
