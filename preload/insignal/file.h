/* A report in the report directory when no helper could write it: whole or not at all. */
#ifndef SIGGUARD_FILE_H
#define SIGGUARD_FILE_H

#include "insignal/crash.h"

/* Writes the parts, a list that ends with null, as one file. 0, or a negative errno with nothing left behind. */
int file_write(const struct crash *crash, const char *const parts[]);

#endif
