/* Source lines and inlined functions from DWARF. */
#ifndef SYMBOLIZE_DWARFNAMES_H
#define SYMBOLIZE_DWARFNAMES_H

#include "places.h"

/* Fills the scopes of places, which all lie in image, unit by unit. after_unit may be null. */
void dwarfnames_name(struct image *image, struct place **places, size_t count, void (*after_unit)(void));

/* The unit that holds the address. */
bool dwarfnames_unit(struct image *image, uint64_t address, Dwarf_Die *die);

#endif
