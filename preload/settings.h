/* The settings: SIGGUARD_* of the environment, read once into struct guard. */
#ifndef SIGGUARD_SETTINGS_H
#define SIGGUARD_SETTINGS_H

#include "insignal/guard.h"

/* Whether this program is meant. */
struct settings_scope {
        bool active; /* by SIGGUARD_ONLY, SIGGUARD_SKIP and SIGGUARD_DISABLE */
        bool named;  /* SIGGUARD_ONLY is set and names it */
};

/*
 * Reads every SIGGUARD_* entry. A mistake is one line on stderr that names the variable, the word and what was
 * expected, unless quiet; the default holds for it. Expects executable and program to be known.
 */
struct settings_scope settings_read(char **environment, bool quiet, struct guard *to);

/* Whether pattern (with * and ?) matches the whole of text. */
bool settings_matches(const char *pattern, size_t length, const char *text);

#endif
