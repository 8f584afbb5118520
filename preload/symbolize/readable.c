/* Turns linkage names into what the programmer wrote, with libiberty. */
#include "readable.h"

#include <demangle.h>
#include <stdlib.h>
#include <string.h>

#include "phrase.h"

#define MOST_NAME 16384

char *readable_type(const char *name)
{
        /* gcc marks a type of an unnamed namespace with "*": its name is not the same type's in another module. */
        const char *plain = name[0] == '*' ? name + 1 : name;
        char *readable = NULL;

        if (strlen(plain) <= MOST_NAME)
                readable = cplus_demangle_v3(plain, DMGL_PARAMS | DMGL_ANSI | DMGL_TYPES);
        return readable ? readable : strdup(plain);
}

/* gcc marks a part or a copy of a function (".constprop.0"): libiberty tells it of C++, and knows no such names of D. */
static char *readable_d(char *plain)
{
        char *mark = strchr(plain, '.'), *readable, *whole;

        if (mark)
                *mark = 0;
        readable = dlang_demangle(plain, DMGL_PARAMS | DMGL_ANSI);
        if (!mark)
                return readable;
        *mark = '.';
        whole = readable ? phrase("%s [clone %s]", readable, mark) : NULL;
        free(readable);
        return whole;
}

char *readable_name(const char *name)
{
        const char *version = strchr(name, '@');
        /* A symbol's version ("memcpy@@GLIBC_2.14") is no part of the function's name. */
        char *plain = version && version != name ? strndup(name, (size_t)(version - name)) : strdup(name);
        char *readable = NULL;

        if (!plain)
                return NULL;
        if (strlen(plain) <= MOST_NAME && plain[0] == '_') {
                if (plain[1] == 'D')
                        readable = readable_d(plain);
                if (!readable)
                        readable = cplus_demangle(plain, DMGL_AUTO | DMGL_PARAMS | DMGL_ANSI | DMGL_RET_DROP);
        }
        if (!readable)
                return plain;
        free(plain);
        return readable;
}
