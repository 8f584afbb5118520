/* Stands between libdw and the files that debug information names: which it may open, and what it gets. */
#ifndef SYMBOLIZE_GATE_H
#define SYMBOLIZE_GATE_H

#include "image.h"

/* The unit's tree: itself, or with split DWARF the one in its .dwo file or in a .dwp package. */
Dwarf_Die gate_split_unit(struct image *image, Dwarf_Die *unit);

/* From now on dwarf has no alternate file, and libdw does not look for one itself. */
void gate_forbid_alternate(Dwarf *dwarf);

#endif
