/* The policy: which signal is treated how at the start, as one table. */
#ifndef SIGGUARD_POLICY_H
#define SIGGUARD_POLICY_H

#include "insignal/disposition.h"

/* Fills the default actions and rules. */
void policy_defaults(struct guard *to);

/* Derives the sets of guarded and of never blocked signals once actions are final. */
void policy_complete(struct guard *to);

/* Whether an action makes sense for a signal; else *expected says what would. */
bool policy_allows(int signal, enum action_kind action, const char **expected);

/* The state of a guarded signal before the program has asked for anything. */
struct disposition policy_initial(int signal);

/* Puts our handlers into the kernel and fills the tables with what the program shall see. */
void policy_install(void);

#endif
