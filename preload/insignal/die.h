/* Gives a signal back, so that core, exit status and siginfo are those of a process without us. */
#ifndef SIGGUARD_DIE_H
#define SIGGUARD_DIE_H

#include <signal.h>
#include <stdbool.h>

/*
 * The default action of a signal that came from outside: real SIG_DFL, the same siginfo queued to this thread, and it
 * happens when the handler returns.
 */
void die_of(int signal, siginfo_t *info, void *context);

/* The default action where the process goes on afterwards: it stops here, and our handler is back when it continues. */
void die_not_but_stop(int signal, siginfo_t *info);

/* False where the kernel drops this signal, which is a sent one for pid 1: the process lives on. */
bool die_is_possible(const siginfo_t *info, bool by_abort);

/*
 * Takes back what has arrived while a crash was reported: without the report it would have found no process any more,
 * and now it would kill in the crash's place, or run a handler. Only where die_is_possible().
 */
void die_forget_others(void);

/*
 * The default action of a crash: a fault of the hardware needs no queueing, the instruction fails again and the kernel writes
 * its own line about it. Answers false if the process lives on.
 */
bool die_of_crash(int signal, siginfo_t *info, void *context, bool by_abort);

#endif
