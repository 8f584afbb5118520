/* errno at libc's edge: inside the library a failure is a negative number. */
#ifndef SIGGUARD_ERRNO_EDGE_H
#define SIGGUARD_ERRNO_EDGE_H

#include "libc.h"

/* Sets errno from a negative errno and answers -1, as a libc function does. */
static inline int errno_fail(long negative)
{
        if (__errno_location)
                *__errno_location() = (int)-negative;
        return -1;
}

#endif
