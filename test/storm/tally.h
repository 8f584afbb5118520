/* Counts and times of all runs of a storm. */
#ifndef STORM_TALLY_H
#define STORM_TALLY_H

#include "judge.h"

#define TALLY_MOST 100000

struct tally {
        unsigned runs, failed, stuck, wrong, left, late;
        unsigned reports[JUDGE_REPORTS], signals[65];
        unsigned cut, cut_told; /* killed right after the crash, and how many of them had said so */
        unsigned times[TALLY_MOST];
        unsigned timed;
};

/* failure: what judge() said. */
void tally_add(struct tally *tally, const struct run *run, const char *failure, enum judge_report report);

/* One line, in place where standard output is a terminal. */
void tally_progress(const struct tally *tally, unsigned wanted);

void tally_print(struct tally *tally, uint64_t seed, uint64_t duration_ns);

#endif
