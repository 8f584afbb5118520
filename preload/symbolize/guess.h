/* Steps up the stack without unwind tables; what they find is marked as such. */
#ifndef SYMBOLIZE_GUESS_H
#define SYMBOLIZE_GUESS_H

#include "unwind.h"

/* A call through a wild pointer: nothing of the callee has run, so its return address is where the call put it. */
bool guess_entry(const struct registers *from, struct registers *to);

/* The function's edge, then the frame pointer, then a scan. An enum found_by, 0 at a stack's beginning, or -1. */
int guess_step(const struct frame *frame, const struct registers *from, struct registers *to);

#endif
