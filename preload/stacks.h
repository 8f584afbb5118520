/* Alternate signal stacks: one for every thread, guard-paged, from a free list that never shrinks. */
#ifndef SIGGUARD_STACKS_H
#define SIGGUARD_STACKS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys.h"

/*
 * The head of one stack, at its upper end, so that a thread that never gets a signal touches this page alone. A stack
 * stays its thread's until the kernel says that the thread is gone: destructors run too early, and pthread_exit,
 * cancellation and a raw exit pass by every wrapper.
 */
struct stack {
        struct stack *next; /* all stacks, newest first; set once */
        void *low;          /* of the usable part; below it lies a page that faults */
        size_t size;        /* bytes that the kernel may use, from low */
        _Atomic int tid;    /* the thread; STACK_FREE, or STACK_TAKEN between taking it and the thread's first step */
        union {
                void *(*start)(void *); /* what the new thread shall run */
                int (*start_thrd)(void *);
        };
        void *argument;
        signal_set hidden; /* fault bits that the new thread believes to inherit */
};
enum { STACK_FREE = 0, STACK_TAKEN = -1 };

/* AT_MINSIGSTKSZ and AT_PAGESZ of the auxiliary vector, 0 if the kernel does not tell. Before the first is taken. */
void stacks_prepare(size_t minimum, size_t page);

/* A stack that no living thread has, or null if there is no memory for one: the thread then goes without. */
struct stack *stacks_take(void);
void stacks_give_back(struct stack *stack);

/* Makes it the calling thread's alternate stack. */
void stacks_enter(struct stack *stack);

/* The calling thread's own stack if it has one, else null. */
struct stack *stacks_of(int tid);

/* Whether an address belongs to one of ours. Safe in a signal handler. */
bool stacks_own(const void *address);

#endif
