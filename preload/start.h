/* The one start of the guard: by the constructor, or by the first hook that is called before it. */
#ifndef SIGGUARD_START_H
#define SIGGUARD_START_H

#include <stdatomic.h>

enum start_state { START_NOT, START_RUNS, START_DONE };
extern _Atomic int start_state;

void start_now(void);

/* Cheap when it is done. While another thread starts it, hooks behave as in a dormant process. */
static inline void start_guard(void)
{
        if (__builtin_expect(atomic_load_explicit(&start_state, memory_order_acquire) == START_NOT, 0))
                start_now();
}

#endif
