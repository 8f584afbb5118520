/* Which unit holds an address, from .debug_aranges. */
#ifndef SYMBOLIZE_ARANGES_H
#define SYMBOLIZE_ARANGES_H

#include "places.h"

#define ARANGES_NONE UINT64_MAX

/* The units that have their ranges there, in the order of the file; the array is the caller's. */
struct aranges {
        uint64_t *units;
        size_t count, room;
};

/*
 * Sets units[i] to the offset of the unit's header in .debug_info that holds places[i]->lookup, or ARANGES_NONE. The places
 * are in the order of their addresses (places_sort).
 */
void aranges_find(Dwarf *dwarf, struct place **places, size_t count, uint64_t *units, struct aranges *listed);

#endif
