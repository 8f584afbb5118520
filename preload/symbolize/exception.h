/* The C++ exception that a thread was handling when it crashed, read from its memory alone. */
#ifndef SYMBOLIZE_EXCEPTION_H
#define SYMBOLIZE_EXCEPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "report.h"

struct exception {
        uint64_t type;   /* its std::type_info in the process */
        uint64_t object; /* what was thrown */
        char name[1024]; /* the type as type_info names it, not yet readable */
};

enum exception_found { EXCEPTION_UNKNOWN, EXCEPTION_NONE, EXCEPTION_FOUND };

/*
 * The exception that std::current_exception() would return in the crashed thread. runtime: the module whose code ends
 * the program for an exception, null if none does. EXCEPTION_NONE: it was looked where that module keeps exceptions, and
 * there is none. EXCEPTION_UNKNOWN: that place was not found.
 */
enum exception_found exception_find(const struct report *report, const struct image *runtime, struct exception *to);

/*
 * What the exception says of itself, without running any of its code: the text of std::runtime_error, std::logic_error
 * and what is derived of them, a thrown string or integer. Null if it cannot be known; else text with *from, the part
 * that says so ("std::runtime_error"), null if what() would return just that. Static.
 */
const char *exception_message(const struct exception *exception, const char **from);

#endif
