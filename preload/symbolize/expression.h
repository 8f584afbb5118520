/* Where DWARF says that a value lies, worked out for one frame of a stopped thread. */
#ifndef SYMBOLIZE_EXPRESSION_H
#define SYMBOLIZE_EXPRESSION_H

#include <elfutils/libdw.h>

#include "view.h"

enum location_kind { LOCATION_NONE, LOCATION_MEMORY, LOCATION_VALUE, LOCATION_BYTES };

struct location {
        enum location_kind kind;
        uint64_t value;     /* the address, or the value itself */
        Dwarf_Block bytes;  /* LOCATION_BYTES */
        const char *reason; /* LOCATION_NONE: why, in words */
};

/* Expressions that need others: so deep. */
#define EXPRESSION_MOST_NESTED 4

/* Works out the operations of attribute. */
struct location expression_evaluate(const struct view *view, Dwarf_Attribute *attribute, const Dwarf_Op *ops,
                                    size_t count, int nested);

/* Works out a location attribute. */
struct location expression_locate(const struct view *view, Dwarf_Attribute *attribute);

#endif
