/* What the driver and the service of the crash storm agree on. */
#ifndef STORM_H
#define STORM_H

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#define STORM_PAGE_FD 9 /* struct storm_page, shared by driver and service */

/* The signals that end in a crash report. */
#define STORM_SIGNALS SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS
#define STORM_SIGNAL_COUNT 7

struct storm_page {
        _Atomic uint64_t ready_ns; /* CLOCK_MONOTONIC: all threads of the service run */
        _Atomic uint64_t crash_ns; /* right before the crash, 0 before that */
};

/* xorshift64*: the same seed gives the same storm, as far as scheduling lets it. */
static inline uint64_t storm_random(uint64_t *state)
{
        *state ^= *state >> 12;
        *state ^= *state << 25;
        *state ^= *state >> 27;
        return *state * 0x2545f4914f6cdd1dull;
}

/* 0 .. count - 1; count: at least 1. */
static inline unsigned storm_pick(uint64_t *state, unsigned count)
{
        return (unsigned)((storm_random(state) >> 33) % count);
}

static inline uint64_t storm_now(void)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/*
 * How a service dies. signal: what the kernel must say, 0 for a random one of STORM_SIGNALS, which is handed to the
 * service or sent by the driver.
 */
enum storm_by {
        BY_SERVICE, /* the service does it itself */
        BY_DRIVER,  /* a signal from outside, to the process */
        BY_THREAD,  /* ... to one of its threads */
        BY_BURST,   /* ... three of them, to threads; the first that is told of must be what it dies of */
        BY_EARLY,   /* ... right after the start, perhaps before the library is there: only the death counts */
};

struct storm_kind {
        const char *name;
        enum storm_by by;
        int signal;
        unsigned weight;
        int in_child; /* a child of the service crashes; the service then exits with the number of its signal */
        int any;      /* several signals at once, any of them will do if it is the one that was told */
        int silent; /* no report is due: in a vfork child a handler of the program's is given up to the real default */
        int hurt;   /* the driver kills or stops the children that the library makes for the report */
        int cut;    /* the driver sends SIGKILL a moment after the crash: only that nothing is left counts */
};

extern const struct storm_kind storm_kinds[];
extern const unsigned storm_kind_count;

#endif
