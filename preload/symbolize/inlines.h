/* The function at an address and the functions inlined there. */
#ifndef SYMBOLIZE_INLINES_H
#define SYMBOLIZE_INLINES_H

#include <elfutils/libdw.h>

#include "places.h"

/*
 * Fills function names and call sites of the places' scopes; all lie in unit, whose tree is walked once. lines is the unit
 * that has the line table : another one with split DWARF.
 */
void inlines_name(Dwarf_Die *unit, Dwarf_Die *lines, struct place **places, size_t count);

/* What a call site's DIE says of the function that it calls. */
struct callee inlines_callee(Dwarf_Die *site);

/* The address behind the call; 0 if it does not say. */
uint64_t inlines_return(Dwarf_Die *site);

/* True if the code of die covers address (dwarfnames.c). */
bool dwarfnames_holds(Dwarf_Die *die, Dwarf_Addr address);

#endif
