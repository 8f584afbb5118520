/* A crash in a process whose signals are Go's: our report first, then Go ends the process in its own way. */
#ifndef SIGGUARD_GO_H
#define SIGGUARD_GO_H

#include <signal.h>
#include <stdbool.h>

#include "sys.h"

/* The runtime that was met last is go1.minor; 0 if it does not say. */
void go_has_version(unsigned minor);

/* Go has been shown our handler for the signal and has put this over it. */
void go_forwards(int signal, const struct kernel_action *action);

/* Whether this thread's fault was handed to Go already, which puts us back in its place before it raises it again. */
bool go_gave_it_back(int signal);

/*
 * A fault in C code that Go's handler has forwarded to ours. The first time it is reported and handed back to Go, which
 * prints its goroutines and exits with 2; if it comes back to us on the same thread, Go will not end this, and the
 * thread dies of the original signal at the original instruction.
 */
void go_crash(int signal, siginfo_t *info, void *context);

#endif
