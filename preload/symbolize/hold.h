/* Holds all threads of a living process still for as long as their stacks are read, by ptrace(2). */
#ifndef SYMBOLIZE_HOLD_H
#define SYMBOLIZE_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../protocol.h"

enum held_as {
        HELD_STILL,
        HELD_LATE,    /* it did not stop in time, and is let go when it does */
        HELD_REFUSED, /* the kernel forbids it: error */
        HELD_ENDED,
};

struct held {
        int32_t tid;
        uint32_t as; /* enum held_as */
        int32_t error; /* HELD_REFUSED: errno of PTRACE_SEIZE; HELD_STILL: if not 0, it has no registers of this machine */
        int32_t stopped;            /* the signal that job control has stopped it by, or 0 */
        char state;                 /* of proc(5), before it was touched */
        struct registers registers; /* HELD_STILL */
};

/*
 * Stops the threads. A process of its own does that, so that they go on whatever becomes of this one, and at the latest
 * after most_ms. Returns how many threads there are in *all, which is the caller's to free, or a negative errno.
 */
long hold_threads(int pid, unsigned int most_ms, struct held **all);

/* Lets them go on, with the signals that came meanwhile. All is as it was when this returns. */
void hold_release(void);

#endif
