/* The heading of a group of threads with equal stacks: who they are and what they do, in one line. */
#ifndef SYMBOLIZE_TEXT_THREADS_H
#define SYMBOLIZE_TEXT_THREADS_H

#include <stdio.h>

#include "report.h"

/* "sigguard: threads 12-43: 32 x "worker", idle in futex wait in worker_loop:" for the group that begins at first. */
void text_threads_heading(FILE *out, const struct report *report, size_t first);

/* What the thread waits for, in words, if its innermost function says so and lies in libc; else null. */
const char *text_threads_waits(const struct stack *stack);

/* True if the frame's code is libc's or the loader's. */
bool text_threads_in_libc(const struct frame *frame);

#endif
