/* Walks down a unit's tree to one address, and keeps the blocks on the way. */
#include "enclosing.h"

#include <dwarf.h>

#include "dwarfnames.h"
#include "gate.h"
#include "inlines.h"

#define MOST_DEPTH 128

static bool is_container(int tag)
{
        return tag == DW_TAG_namespace || tag == DW_TAG_module || tag == DW_TAG_class_type ||
               tag == DW_TAG_structure_type || tag == DW_TAG_union_type || tag == DW_TAG_enumeration_type;
}

/* False if it is not below parent, or does not fit. */
static bool descend(Dwarf_Die *parent, uint64_t address, struct enclosing *to, int depth)
{
        Dwarf_Die child;

        if (depth > MOST_DEPTH || dwarf_child(parent, &child))
                return false;
        do {
                int tag = dwarf_tag(&child);
                bool is_function = tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;

                if (is_container(tag) && !to->count && descend(&child, address, to, depth + 1))
                        return true;
                if ((!is_function && (tag != DW_TAG_lexical_block || !to->count)) || !dwarfnames_holds(&child, address))
                        continue;
                if (to->count == ENCLOSING_MOST)
                        return false;
                to->dies[to->count++] = child;
                (void)descend(&child, address, to, depth + 1); /* it ends at the innermost */
                return true;
        } while (!dwarf_siblingof(&child, &child));
        return false;
}

bool enclosing_find(const struct place *place, struct enclosing *to)
{
        Dwarf_Die unit, whole;

        to->count = 0;
        if (!dwarfnames_unit(place->image, place->lookup, &unit))
                return false;
        whole = gate_split_unit(place->image, &unit);
        to->unit = whole;
        return descend(&whole, place->lookup, to, 0) && to->count < ENCLOSING_MOST;
}
