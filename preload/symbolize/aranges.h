/* Which unit holds an address, from .debug_aranges. */
#ifndef SYMBOLIZE_ARANGES_H
#define SYMBOLIZE_ARANGES_H

#include "places.h"

#define ARANGES_NONE UINT64_MAX

/* Sets units[i] to the offset of the unit's header in .debug_info that holds places[i]->lookup, or ARANGES_NONE. */
void aranges_find(Dwarf *dwarf, struct place **places, size_t count, uint64_t *units);

#endif
