/* The two tables: what the kernel has for a signal, and what the program asked for. */
#ifndef SIGGUARD_DISPOSITION_H
#define SIGGUARD_DISPOSITION_H

#include <stdbool.h>

#include "insignal/guard.h"

enum kernel_state {
        KERNEL_PROGRAM, /* the program's own handler */
        KERNEL_GUARD,   /* our handler */
        KERNEL_IGNORED, /* SIG_IGN */
        KERNEL_DEFAULT, /* SIG_DFL */
};

struct disposition {
        struct kernel_action asked; /* what a query is answered with */
        uint8_t kernel;             /* enum kernel_state */
        bool wrapped;               /* our handler is in the kernel and calls asked.handler */
        bool untouched;             /* the program has not asked for anything yet */
        bool is_go;                 /* asked.handler is the Go runtime's */
        bool is_private;            /* wrapped, for what the process's own threads send each other: the rest is stray */
        bool gives_up;      /* a handler gave way to SIG_DFL: if the program raises the signal, it wants to end */
        bool shown_ignored; /* the SIG_IGN that the program saw was ours: asking for it again restores us */
};

/* A function, neither SIG_DFL nor SIG_IGN. */
static inline bool disposition_is_handler(const void *handler)
{
        return handler != (void *)SIG_DFL && handler != (void *)SIG_IGN;
}

/* A consistent copy, without waiting, also while another thread changes it. Safe in a signal handler. */
struct disposition disposition_read(int signal);

/* Publishes a new state; only between lock and unlock. */
void disposition_write(int signal, const struct disposition *state);

/*
 * Makes this thread the only one that changes dispositions, with every signal but the faults blocked, so that no
 * handler of this thread can ask for the lock again. Waits a second at most and then goes on without: a hang is worse
 * than a table that is one step behind. *before: the mask to be given back by unlock.
 */
void disposition_lock(signal_set *before);
void disposition_unlock(const signal_set *before);

/* Our handler in the form in which the kernel gets it for this signal's action. */
struct kernel_action disposition_guarded(int signal);

/* Fault bits that the program put into the sa_mask of an unguarded signal and that the kernel was not given. */
signal_set disposition_hidden(int signal);
void disposition_hide(int signal, signal_set faults);

#endif
