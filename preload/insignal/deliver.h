/* Our handler: swallows, reports the sender, calls the program's handler, or crashes. */
#ifndef SIGGUARD_DELIVER_H
#define SIGGUARD_DELIVER_H

#include <signal.h>
#include <stdbool.h>

#define DELIVER_RESTORER 0x04000000 /* SA_RESTORER; libc keeps it out of its headers */

/* What the kernel calls for every guarded signal. Keeps errno as long as no handler of the program's changes it. */
void deliver(int signal, siginfo_t *info, void *context);

/* The same without any handler of the program: for the Go of a chain, which passes on what is not its own. */
void deliver_forwarded(int signal, siginfo_t *info, void *context);

/* pthread_kill(3), as opposed to kill(2) from wherever. */
bool deliver_is_between_threads(const siginfo_t *info);

#endif
