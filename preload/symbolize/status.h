/* sigguard-symbolize --status: what the guard of a living process does with its signals. */
#ifndef SYMBOLIZE_STATUS_H
#define SYMBOLIZE_STATUS_H

#include <stdbool.h>

/* Prints one process. 0: it is guarded, 1: it is not, 2: it could not be read; the reason is a line on stderr. */
int status_print(const char *pid, bool json);

#endif
