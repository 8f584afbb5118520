/* Names the frames of saved reports: the raw form of protocol.h, found in any text. */
#ifndef SYMBOLIZE_RAW_H
#define SYMBOLIZE_RAW_H

#include <stdio.h>

/* Copies in to out, raw frames named. 0: all named, 1: some could not be named, 2: reading (errno) or writing (ferror) failed. */
int raw_filter(FILE *in, FILE *out);

#endif
