/* The abbreviations of a unit's DIEs (DWARF 5, 7.5.3), read as far as they are needed. */
#ifndef SYMBOLIZE_ABBREVIATIONS_H
#define SYMBOLIZE_ABBREVIATIONS_H

#include "bytes.h"

/* One attribute; its value stands in the DIE. */
struct attribute {
        uint16_t name, form;
        int16_t size;     /* of the value; -1: only the value tells */
        uint32_t fixed;   /* bytes that all values from this one on have, up to the next of unknown size */
        uint32_t varying; /* which attribute that is; the number of attributes if there is none */
        int64_t constant; /* DW_FORM_implicit_const: the value */
};

/* What DIEs of one kind have in common. */
struct abbreviation {
        uint64_t code;
        uint32_t first, count; /* its attributes */
        uint16_t tag;
        bool children;
        bool code_range; /* it says where its code is, or where a call returns to */
        /* Where its subtree ends stands so many bytes before the end of its values; 0: nowhere, or it is hard to find. */
        uint8_t sibling_size;
        uint32_t sibling;
};

struct abbreviations {
        const uint8_t *start;
        struct bytes rest;   /* what was not read yet */
        uint8_t offset_size; /* of the unit, 4 or 8, and its DWARF version: sizes of values depend on them */
        uint8_t version;
        bool in_order; /* number n has code n + 1, as all compilers write them */
        struct abbreviation *all;
        size_t count, room;
        struct attribute *attributes;
        size_t attribute_count, attribute_room;
};

/* The table at from. It stays until three others were asked for: units share tables, and each is walked more than once. */
struct abbreviations *abbreviations_of(struct bytes from, unsigned int version, size_t offset_size);

/* Null if there is none of that code, or if the table makes no sense. Valid until the next call. */
const struct abbreviation *abbreviations_search(struct abbreviations *table, uint64_t code);

static inline const struct abbreviation *abbreviations_get(struct abbreviations *table, uint64_t code)
{
        return table->in_order && code - 1 < table->count ? &table->all[code - 1] : abbreviations_search(table, code);
}

/* Those of one kind; null in a table without any. */
static inline struct attribute *abbreviations_attributes(const struct abbreviations *table,
                                                         const struct abbreviation *kind)
{
        return table->attributes ? table->attributes + kind->first : NULL;
}

/* The size of a value of that form; -1 if only the value itself tells, -2 for forms that nobody knows. */
int abbreviations_size(const struct abbreviations *table, uint64_t form);

#endif
