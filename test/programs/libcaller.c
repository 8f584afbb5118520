/* A library whose constructor makes the signal calls that CALLS names. */
#include "calls.h"

static void make_calls(char **environment)
{
        char copy[256], *rest = copy, *word;

        for (; *environment && strncmp(*environment, "CALLS=", 6); environment++)
                ;
        if (!*environment)
                return;
        snprintf(copy, sizeof(copy), "%s", *environment + 6);
        while ((word = strsep(&rest, " ")))
                calls_make(word);
}

/* environ is still null in a constructor that runs first of all; glibc hands the environment over */
__attribute__((constructor)) static void caller_start(int argc, char **argv, char **environment)
{
        (void)argc;
        (void)argv;
        make_calls(environment);
}
