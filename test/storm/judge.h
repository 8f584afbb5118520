/* What a run of the storm was worth. */
#ifndef STORM_JUDGE_H
#define STORM_JUDGE_H

#include "run.h"

enum judge_report { REPORT_FULL, REPORT_DEGRADED, REPORT_NONE, JUDGE_REPORTS };

/*
 * Null if all that was promised was kept, or what was not, in words (static). *report says what was told; after a cut
 * or a signal right after the start, and where nobody reads, nothing need be told.
 */
const char *judge(const struct run *run, enum judge_report *report);

/* From the crash to the death. */
unsigned judge_ms(const struct run *run);

/* The signal in the first head line of the report, 0 if there is none. */
int judge_told_signal(const struct run *run);

#endif
