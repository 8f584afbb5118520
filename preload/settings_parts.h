/* What the readers of settings share: the setting that is read, and how a mistake in it is told. */
#ifndef SIGGUARD_SETTINGS_PARTS_H
#define SIGGUARD_SETTINGS_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "insignal/guard.h"

struct setting;
struct reading {
        struct guard *to;
        const char *family; /* what the names of its settings begin with */
        const struct setting *setting;
        bool quiet;
        bool only_set, named, skipped;
        signal_set ruled; /* signals that SIGGUARD_OVERRIDE names */
};
struct setting {
        const char *name; /* behind the family's */
        const char *expected;
        void (*read)(struct reading *of, const char *value);
};

/* One line about a word of the setting that is read, unless it is read quietly. */
void settings_bad(const struct reading *of, const char *word, size_t length, const char *expected);

/* The place of a word in a list of names, or -1. */
int settings_index(const char *word, size_t length, const char *const *names, int count);

/* Where the first = is, or length. */
size_t settings_equals(const char *word, size_t length);

void settings_read_policy(struct reading *of, const char *value);
void settings_read_override(struct reading *of, const char *value);

/*
 * A rule for a signal that is left alone, known only when all settings are read: a chain needs no action besides, the
 * others would do nothing.
 */
void settings_finish_rules(struct reading *of);

/* SEGFAULT_SIGNALS and SEGFAULT_OUTPUT_NAME, as libSegFault understands them. */
void settings_read_segfault(char **environment, bool quiet, struct guard *to);

/* Whether a list of globs names this program. */
bool settings_names_us(const struct guard *us, const char *list);

#endif
