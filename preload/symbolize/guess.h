/* Steps up the stack without unwind tables; what they find is marked as such. */
#ifndef SYMBOLIZE_GUESS_H
#define SYMBOLIZE_GUESS_H

#include "unwind.h"

/* Whether pc lies in code that was made at run time, by a JIT compiler for example: executable memory of no module. */
bool guess_is_generated(uint64_t pc);

/* A call through a wild pointer: nothing of the callee has run, so its return address is where the call put it. */
bool guess_entry(const struct registers *from, struct registers *to);

/*
 * Go calls C on the thread's own stack: runtime.asmcgocall changes to it from the goroutine's, which no unwind table can
 * say. False if the frame is not there, or if nothing that looks like a stack is.
 */
bool guess_goroutine(const struct frame *frame, const struct registers *from, struct registers *to);

/* The caller by the frame pointer, if that leads to a return address further up. */
bool guess_frame_pointer(const struct frame *frame, const struct registers *from, struct registers *to);

/* The function's edge, then the frame pointer, then a scan. An enum found_by, 0 at a stack's beginning, or -1. */
int guess_step(const struct frame *frame, const struct registers *from, struct registers *to);

#endif
