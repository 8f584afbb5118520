/* Source lines of addresses. */
#ifndef SYMBOLIZE_LINES_H
#define SYMBOLIZE_LINES_H

#include <elfutils/libdw.h>

#include "places.h"

/* Fills file, line and column of each place's innermost scope; all lie in unit. */
void lines_name(Dwarf_Die *unit, struct place **places, size_t count);

/* The name of file number index of the unit's line table; null if there is none. Stays valid. */
const char *lines_file(Dwarf_Die *unit, int index);

#endif
