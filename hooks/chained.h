/* Changes of a signal whose rule is chain: each module has a handler of its own beside those of others. */
#ifndef SIGGUARD_CHAINED_H
#define SIGGUARD_CHAINED_H

#include "insignal/disposition.h"
#include "judge.h"

/*
 * What the caller is shown: its own handler or SIG_IGN. A newcomer is shown what was there before the program began,
 * mostly SIG_DFL, never the handler of another: a library that calls its predecessor would run that one twice.
 */
struct kernel_action chained_shown(struct caller caller, int signal, const struct disposition *now);

/* sigaction(2) with an action, in the process that owns the tables. 0, or -1 with errno. */
int chained_change(struct caller caller, int signal, const struct sigaction *action, struct sigaction *old);

#endif
