/* The functions and blocks of the source that lie around an address. */
#ifndef SYMBOLIZE_ENCLOSING_H
#define SYMBOLIZE_ENCLOSING_H

#include <elfutils/libdw.h>
#include <stdbool.h>

#include "places.h"

#define ENCLOSING_MOST 48

struct enclosing {
        Dwarf_Die unit;
        Dwarf_Die dies[ENCLOSING_MOST]; /* outermost first; the first is a function */
        size_t count;
};

/* False if there is no DWARF about the place, or more than fits. */
bool enclosing_find(const struct place *place, struct enclosing *to);

#endif
