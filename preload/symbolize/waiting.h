/* The system call that a thread of another process waits in, and whether a signal waits for the thread. */
#ifndef SYMBOLIZE_WAITING_H
#define SYMBOLIZE_WAITING_H

#include <stdbool.h>
#include <stdint.h>

struct waiting_call {
        bool known;
        uint64_t number, first, sp, pc; /* first: the first argument */
};

/* Not known if it runs, or if the kernel does not tell. */
struct waiting_call waiting_call(int pid, int tid);

/* Whether the thread has a signal to take. True also if the kernel does not tell. */
bool waiting_signal(int pid, int tid);

#endif
