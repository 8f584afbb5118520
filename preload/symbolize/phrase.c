/* Text that printf would make, in memory of its own. */
#define _GNU_SOURCE /* vasprintf */
#include "phrase.h"

#include <stdarg.h>
#include <stdio.h>

char *phrase(const char *format, ...)
{
        char *text = NULL;
        va_list values;

        va_start(values, format);
        if (vasprintf(&text, format, values) < 0)
                text = NULL;
        va_end(values);
        return text;
}
