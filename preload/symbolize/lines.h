/* Source lines of addresses. */
#ifndef SYMBOLIZE_LINES_H
#define SYMBOLIZE_LINES_H

#include <elfutils/libdw.h>

#include "places.h"

/* Fills file, line and column of each place's innermost scope, and puts the places in order; all lie in unit. */
void lines_name(Dwarf_Die *unit, struct place **places, size_t count);

/* Sets file and brief of scope to file number index of the unit's line table. */
void lines_file(Dwarf_Die *unit, uint64_t index, struct scope *scope);

#endif
