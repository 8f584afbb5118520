/* Faults on purpose, for the tests of the crash path: only in the build with SIGGUARD_INJECT, nothing otherwise. */
#ifndef SIGGUARD_INJECT_H
#define SIGGUARD_INJECT_H

#ifdef SIGGUARD_INJECT
/* The number of the place that shall fault, 0 for none; set by the test program. */
extern __attribute__((visibility("default"))) int sigguard_inject;

static inline void inject_fault(int place)
{
        int *volatile nowhere = (int *)8;

        if (sigguard_inject == place)
                *nowhere = place;
}
#else
static inline void inject_fault(int place)
{
        (void)place;
}
#endif

/* The places: the steps of a crash from 1 on (before each, and its number + 50 behind it), and in the watcher. */
#define INJECT_BEHIND 50
#define INJECT_WATCHER_START 20
#define INJECT_WATCHER_SERVES 21
#define INJECT_WATCHER_END 22

#endif
