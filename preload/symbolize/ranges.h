/* Where the code of a DIE is. */
#ifndef SYMBOLIZE_RANGES_H
#define SYMBOLIZE_RANGES_H

#include "dies.h"

/* The ranges of one DIE, one after the other. */
struct ranges {
        const struct tree *tree;
        enum { RANGES_NONE, RANGES_ONE, RANGES_OLD, RANGES_LIST, RANGES_LIBDW } kind;
        struct bytes list;
        uint64_t base, start, end;
        Dwarf_Die die; /* RANGES_LIBDW: those of split DWARF, and in forms that nobody writes */
        ptrdiff_t at;
};

void ranges_start(struct ranges *ranges, const struct tree *tree, const struct die *die);

/* False behind the last one. */
bool ranges_next(struct ranges *ranges, uint64_t *start, uint64_t *end);

/* Where a call returns to, by the call site's DIE; 0 if it does not say. */
uint64_t ranges_return(const struct tree *tree, const struct die *site);

#endif
