/* Keeps a finished, plainer report at hand while debug information is read, which may take too long or be hostile. */
#ifndef SYMBOLIZE_RESCUE_H
#define SYMBOLIZE_RESCUE_H

#include "report.h"

/*
 * From now on until rescue_disarm(): if the helper runs out of time at at_ns (CLOCK_MONOTONIC), faults or aborts, the
 * text is delivered as it is, what came in the way is said, and the helper ends.
 */
void rescue_arm(const struct report *report, const char *text, uint64_t at_ns);

void rescue_disarm(void);

#endif
