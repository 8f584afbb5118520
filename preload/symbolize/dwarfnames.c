/* Finds the units that hold the addresses, and in them lines and inlined functions. */
#include "dwarfnames.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "aranges.h"
#include "gate.h"
#include "inlines.h"
#include "lines.h"
#include "ranges.h"

/* One unit and the places in it. */
struct unit {
        Dwarf_Die die;
        struct place **places;
        size_t count;
};

bool dwarfnames_holds(Dwarf_Die *die, Dwarf_Addr address)
{
        Dwarf_Addr base, start, end;

        for (ptrdiff_t at = 0; (at = dwarf_ranges(die, at, &base, &start, &end)) > 0;)
                if (start && address >= start && address < end)
                        return true;
        return false;
}

/* The tree of split DWARF lies in another file; the line table stays in this one. */
static void name_unit(struct image *image, struct unit *unit)
{
        Dwarf_Die whole = gate_split_unit(image, &unit->die);

        inlines_name(&whole, &unit->die, unit->places, unit->count);
        lines_name(&unit->die, unit->places, unit->count);
}

/*
 * The unit whose header is at offset. libdw then reads the headers before it, in their order: who read that one first would
 * have compressed sections inflated twice.
 */
static bool get_unit(Dwarf *dwarf, uint64_t offset, Dwarf_Die *die)
{
        Dwarf_Die header;

        return offset != ARANGES_NONE && dwarf_offdie(dwarf, offset, &header) &&
               dwarf_cu_die(header.cu, die, NULL, NULL, NULL, NULL, NULL, NULL);
}

static void add(struct unit **units, size_t *count, const Dwarf_Die *die, struct place *place, size_t most)
{
        struct unit *unit = NULL;

        for (size_t i = 0; i < *count && !unit; i++)
                if ((*units)[i].die.addr == die->addr)
                        unit = &(*units)[i];
        if (!unit) {
                struct unit *larger = reallocarray(*units, *count + 1, sizeof(*larger));

                if (!larger)
                        return;
                *units = larger;
                unit = &larger[(*count)++];
                *unit = (struct unit){.die = *die, .places = calloc(most, sizeof(struct place *))};
        }
        if (unit->places)
                unit->places[unit->count++] = place;
}

static int by_offset(const void *left, const void *right)
{
        const struct unit *a = left, *b = right;

        return a->die.addr < b->die.addr ? -1 : a->die.addr > b->die.addr;
}

/* What lies in the unit leaves the open ones; how many are left. */
static size_t take_covered(const struct tree *tree, const struct die *unit, struct place **open, size_t count,
                           struct unit **units, size_t *found, size_t most)
{
        struct ranges ranges;
        uint64_t start, end;
        Dwarf_Die die;

        ranges_start(&ranges, tree, unit);
        while (count && ranges_next(&ranges, &start, &end)) {
                size_t first = places_from(open, count, start), last = first;

                for (; last < count && start && open[last]->lookup < end; last++)
                        if (dies_for_libdw(tree, unit, &die))
                                add(units, found, &die, open[last], most);
                memmove(open + first, open + last, (count - last) * sizeof(struct place *));
                count -= last - first;
        }
        return count;
}

/* Without .debug_aranges (clang writes none) each unit says itself what it covers. */
static void find_by_units(Dwarf *dwarf, const struct aranges *listed, struct place **open, size_t count,
                          struct unit **units, size_t *found, size_t most)
{
        struct dies_sections sections;
        struct tree tree = {.next = 0};
        struct die unit;
        size_t skipped = 0;

        if (!count)
                return;
        dies_sections(dwarf, &sections);
        do {
                bool good = dies_unit(&tree, &sections, tree.next);

                while (skipped < listed->count && listed->units[skipped] < tree.offset)
                        skipped++;
                if (good && (skipped == listed->count || listed->units[skipped] != tree.offset) &&
                    (tree.type == DW_UT_compile || tree.type == DW_UT_skeleton) && dies_top(&tree, &unit))
                        count = take_covered(&tree, &unit, open, count, units, found, most);
        } while (count && tree.next);
}

/* Finds the units of all places, which are in order of their addresses. */
static size_t find_units(Dwarf *dwarf, struct place **open, size_t count, struct unit **units)
{
        struct aranges listed = {.count = 0};
        uint64_t *offsets = calloc(count, sizeof(*offsets));
        size_t left = 0, found = 0, most = count;
        Dwarf_Die die;

        if (!offsets)
                return 0;
        aranges_find(dwarf, open, count, offsets, &listed);
        for (size_t i = 0; i < count; i++)
                if (get_unit(dwarf, offsets[i], &die))
                        add(units, &found, &die, open[i], most);
                else
                        open[left++] = open[i];
        find_by_units(dwarf, &listed, open, left, units, &found, most);
        free(listed.units);
        free(offsets);
        return found;
}

bool dwarfnames_unit(struct image *image, uint64_t address, Dwarf_Die *die)
{
        struct place place = {.lookup = address}, *one = &place;
        Dwarf *dwarf = image_dwarf(image);
        struct unit *units = NULL;
        size_t found = dwarf ? find_units(dwarf, &one, 1, &units) : 0;

        if (found) {
                *die = units[0].die;
                free(units[0].places);
        }
        free(units);
        return found > 0;
}

void dwarfnames_name(struct image *image, struct place **places, size_t count, void (*after_unit)(void))
{
        Dwarf *dwarf = image_dwarf(image);
        struct unit *units = NULL;
        size_t found, open_count = 0;
        struct place **open = dwarf ? calloc(count, sizeof(struct place *)) : NULL;

        if (!open)
                return;
        for (size_t i = 0; i < count; i++)
                if (!places[i]->dwarf_tried) {
                        places[i]->dwarf_tried = true;
                        open[open_count++] = places[i];
                }
        places_sort(open, open_count);
        found = open_count ? find_units(dwarf, open, open_count, &units) : 0;
        /* In their order in the file: going back in compressed sections is work. */
        if (found)
                qsort(units, found, sizeof(*units), by_offset);
        for (size_t i = 0; i < found; i++) {
                name_unit(image, &units[i]);
                free(units[i].places);
                if (after_unit)
                        after_unit();
        }
        free(units);
        free(open);
}
