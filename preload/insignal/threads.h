/* The other threads: stopped for the picture, released before the signal is given back. */
#ifndef SIGGUARD_THREADS_H
#define SIGGUARD_THREADS_H

#include "insignal/crash.h"

#define THREADS_MOST 256

/* In the handler: puts the park handler in place of what the program has for the signals that are used. */
void threads_borrow(struct crash *crash);

/*
 * In the watcher, which has descriptors left where the service has none: sends every other thread a signal, in whose
 * handler it stores its registers and waits. Those that do not answer within a fiftieth of the budget are listed without.
 */
void threads_park(struct crash *crash);

/* In the handler: lets them go and waits until none is in our handler any more; what was borrowed is given back. */
void threads_release(struct crash *crash);

/* For a thread that is in another handler of ours: it answers with the context of that handler, without parking. */
void threads_offer(const void *context);

/* What is known of one of them, for the server. which: from 0; false if there are no more. */
bool threads_facts(unsigned which, struct thread_facts *to);

/* The same for its registers; to->length is not set. */
bool threads_stack(unsigned which, struct thread_stack *to);

#endif
