/* sigguard-symbolize --trace: the stacks of all threads of a living process, which goes on unharmed. */
#ifndef SYMBOLIZE_TRACE_H
#define SYMBOLIZE_TRACE_H

#include <stdbool.h>

/* Prints them. 0: all, 1: some threads could not be stopped, 2: none; the reason is a line on stderr. */
int trace_print(const char *pid, bool json);

#endif
