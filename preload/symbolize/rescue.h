/* Keeps a finished, plainer report at hand while debug information is read, which may take too long or be hostile. */
#ifndef SYMBOLIZE_RESCUE_H
#define SYMBOLIZE_RESCUE_H

#include "report.h"

/*
 * From now on until rescue_disarm(): if the helper runs out of time at at_ns (CLOCK_MONOTONIC), faults or aborts, the
 * text is delivered, with what came in the way and what was lost by it (in words) as its last degradation, and the
 * helper ends. The text is the one that report_text() or report_json() made, JSON with a newline.
 */
void rescue_arm(const struct report *report, const char *text, uint64_t at_ns, const char *lost);

/* A better text instead of that one, if there is one: more is known by now, and something else would be lost. */
void rescue_keep(const char *text, const char *lost);

void rescue_disarm(void);

#endif
