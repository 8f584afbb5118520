/* The raw form: what is printed when no helper could name the frames. */
#ifndef SIGGUARD_RAW_H
#define SIGGUARD_RAW_H

#include "insignal/crash.h"

/* Collects candidate frames, if the helper left anything undone. What it reads may go away under its feet. */
void raw_collect(struct crash *crash);

/* Prints the lines that the helper told, the frames as far as they were collected, and what went wrong. */
void raw_print(struct crash *crash);

#endif
