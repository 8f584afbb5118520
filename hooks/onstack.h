/* SA_ONSTACK where Go is: a handler that runs on a goroutine's small stack would kill the program. */
#ifndef SIGGUARD_ONSTACK_H
#define SIGGUARD_ONSTACK_H

#include "judge.h"

/*
 * Adds the flag to a handler that is about to be installed without it in a process with Go (os/signal, "Go programs that
 * use cgo", demands it of C code), says so once, and remembers the signal.
 */
void onstack_repair(struct caller caller, int signal, struct sigaction *action);

/* Whether the handler of this signal has the flag from us, so that an answer must not show it. */
bool onstack_is_added(int signal);

#endif
