/* The raw form: what is printed when no helper could name the frames. */
#ifndef SIGGUARD_RAW_H
#define SIGGUARD_RAW_H

#include "insignal/crash.h"

/* Prints what the helper left undone, if anything: the lines that it told, candidate frames, and what went wrong. */
void raw_print(struct crash *crash);

#endif
