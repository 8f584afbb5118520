/* The threads of a living process, held still, as answers to the questions of protocol.h. */
#ifndef SYMBOLIZE_LIVE_THREADS_H
#define SYMBOLIZE_LIVE_THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Stops the threads of live_pid() for at most most_ms. How many there are, or a negative errno: -ESRCH if the process has
 * ended, -EPERM if none of them may be stopped.
 */
long live_threads_hold(unsigned int most_ms);

/* They go on. What is known of them stays. */
void live_threads_release(void);

/* Who traces the thread already: its pid and name; false if nobody does. */
bool live_threads_tracer(int tid, int *pid, char *name, size_t room);

/* ASK_THREADS and ASK_STACKS, as peer_ask(). */
long live_threads_list(uint64_t first, void *to, size_t room);
long live_threads_stacks(uint64_t first, void *to, size_t room);

#endif
