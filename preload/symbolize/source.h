/* The source lines around the place of a crash. */
#ifndef SYMBOLIZE_SOURCE_H
#define SYMBOLIZE_SOURCE_H

#include "unwind.h"

#define SOURCE_AROUND 4 /* so many lines before and behind the line */

struct source {
        size_t frame;         /* index in the stack */
        const char *function; /* null if unknown */
        const char *file;
        int line;                           /* the one that ran */
        int first;                          /* number of texts[0] */
        int count;                          /* of texts */
        char *texts[2 * SOURCE_AROUND + 1]; /* harmless, without newline */
        const char *doubt;                  /* why the file may not be what was compiled; null if nothing says so */
};

/* The innermost line of the stack whose file is here, the program's own before those of libraries. Null if there is none. */
const struct source *source_find(const struct stack *stack);

#endif
