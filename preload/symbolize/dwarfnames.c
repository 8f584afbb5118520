/* Finds the units that hold the addresses, and in them lines and inlined functions. */
#include "dwarfnames.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "aranges.h"
#include "gate.h"
#include "inflate.h"
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

/* libdw reads all headers before that of a unit, in their order. */
static void expect_headers(Dwarf *dwarf, const uint64_t *offsets, size_t count)
{
        const Elf_Data *data = image_section(dwarf_getelf(dwarf), ".debug_info");
        uint64_t last = 0;

        for (size_t i = 0; i < count; i++)
                if (offsets[i] != ARANGES_NONE && offsets[i] > last)
                        last = offsets[i];
        if (data && last < data->d_size)
                inflate_expect((const char *)data->d_buf + last);
}

/* The unit whose header is at offset. */
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

/* The units that .debug_aranges does not list (clang writes none) say themselves what they cover. */
struct scan {
        struct dies_sections sections;
        struct tree tree;
        bool started;
        struct aranges listed;
        size_t skipped; /* of those that are listed */
        struct place **open;
        size_t count;
};

/* What lies in the unit leaves the open places. */
static void take_covered(struct scan *scan, const struct die *top, struct unit *unit)
{
        struct ranges ranges;
        uint64_t start, end;

        ranges_start(&ranges, &scan->tree, top);
        while (scan->count && ranges_next(&ranges, &start, &end)) {
                size_t first = places_from(scan->open, scan->count, start), last = first;

                for (; last < scan->count && start && scan->open[last]->lookup < end; last++)
                        unit->places[unit->count++] = scan->open[last];
                memmove(scan->open + first, scan->open + last, (scan->count - last) * sizeof(struct place *));
                scan->count -= last - first;
        }
}

static bool is_listed(struct scan *scan)
{
        while (scan->skipped < scan->listed.count && scan->listed.units[scan->skipped] < scan->tree.offset)
                scan->skipped++;
        return scan->skipped < scan->listed.count && scan->listed.units[scan->skipped] == scan->tree.offset;
}

/* The next unit that covers some of the open places; false if there is none. Its places are to be freed. */
static bool scan_units(Dwarf *dwarf, struct scan *scan, struct unit *unit)
{
        struct die top;

        if (!scan->started)
                dies_sections(dwarf, &scan->sections);
        *unit = (struct unit){.places = calloc(scan->count + 1, sizeof(struct place *))};
        while (unit->places && scan->count && (!scan->started || scan->tree.next)) {
                scan->started = true;
                if (!dies_unit(&scan->tree, &scan->sections, scan->tree.next) || is_listed(scan) ||
                    (scan->tree.type != DW_UT_compile && scan->tree.type != DW_UT_skeleton) ||
                    !dies_top(&scan->tree, &top))
                        continue;
                take_covered(scan, &top, unit);
                if (unit->count && dies_for_libdw(&scan->tree, &top, &unit->die))
                        return true;
        }
        free(unit->places);
        return false;
}

/* The units of those places, which are in order, that .debug_aranges lists; the others are left for a scan. */
static size_t find_listed(Dwarf *dwarf, struct scan *scan, struct unit **units)
{
        uint64_t *offsets = calloc(scan->count, sizeof(*offsets));
        size_t left = 0, found = 0, most = scan->count;
        Dwarf_Die die;

        if (!offsets)
                return 0;
        aranges_find(dwarf, scan->open, scan->count, offsets, &scan->listed);
        expect_headers(dwarf, offsets, most);
        for (size_t i = 0; i < most; i++)
                if (get_unit(dwarf, offsets[i], &die))
                        add(units, &found, &die, scan->open[i], most);
                else
                        scan->open[left++] = scan->open[i];
        scan->count = left;
        free(offsets);
        return found;
}

bool dwarfnames_unit(struct image *image, uint64_t address, Dwarf_Die *die)
{
        struct place place = {.lookup = address}, *one = &place;
        struct scan scan = {.open = &one, .count = 1};
        struct unit *listed = NULL, unit;
        Dwarf *dwarf = image_dwarf(image);
        bool found = dwarf && find_listed(dwarf, &scan, &listed);

        if (found)
                unit = listed[0];
        else
                found = dwarf && scan_units(dwarf, &scan, &unit);
        if (found) {
                *die = unit.die;
                free(unit.places);
        }
        free(listed);
        free(scan.listed.units);
        return found;
}

static void name_and_free(struct image *image, struct unit *unit, void (*after_unit)(void))
{
        name_unit(image, unit);
        free(unit->places);
        if (after_unit)
                after_unit();
}

void dwarfnames_name(struct image *image, struct place **places, size_t count, void (*after_unit)(void))
{
        Dwarf *dwarf = image_dwarf(image);
        struct scan scan = {.open = dwarf ? calloc(count, sizeof(struct place *)) : NULL};
        struct unit *listed = NULL, unit;

        for (size_t i = 0; i < count && scan.open; i++)
                if (!places[i]->dwarf_tried) {
                        places[i]->dwarf_tried = true;
                        scan.open[scan.count++] = places[i];
                }
        places_sort(scan.open, scan.count);
        size_t found = scan.count ? find_listed(dwarf, &scan, &listed) : 0;

        /* In their order in the file: going back in compressed sections is work. */
        if (found)
                qsort(listed, found, sizeof(*listed), by_offset);
        for (size_t i = 0; i < found; i++)
                name_and_free(image, &listed[i], after_unit);
        while (scan.count && scan_units(dwarf, &scan, &unit))
                name_and_free(image, &unit, after_unit);
        free(listed);
        free(scan.listed.units);
        free(scan.open);
}
