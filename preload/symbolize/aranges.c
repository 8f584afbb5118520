/*
 * Reads .debug_aranges (DWARF 5, 6.1.2) in one pass for all addresses: dwarf_getaranges() reads the head of every unit as
 * well, and sorts all ranges.
 */
#include "aranges.h"

#include <stdlib.h>

#include "bytes.h"
#include "image.h"
#include "inflate.h"

/* The ranges of one unit. */
static void read_set(struct bytes from, uint64_t unit, struct place **places, size_t count, uint64_t *units)
{
        while (from.end - from.at >= 16) {
                uint64_t start = bytes_number(&from, 8), length = bytes_number(&from, 8);

                /* What the linker has thrown away lies at 0. */
                for (size_t i = start ? places_from(places, count, start) : count;
                     i < count && places[i]->lookup - start < length; i++)
                        if (units[i] == ARANGES_NONE)
                                units[i] = unit;
        }
}

static void list(struct aranges *listed, uint64_t unit)
{
        if (listed->count == listed->room) {
                size_t room = listed->room ? listed->room * 2 : 64;
                uint64_t *larger = reallocarray(listed->units, room, sizeof(*larger));

                if (!larger)
                        return;
                listed->units = larger;
                listed->room = room;
        }
        listed->units[listed->count++] = unit;
}

void aranges_find(Dwarf *dwarf, struct place **places, size_t count, uint64_t *units, struct aranges *listed)
{
        const Elf_Data *data = image_section(dwarf_getelf(dwarf), ".debug_aranges");
        const uint8_t *bytes = data ? data->d_buf : NULL;
        struct bytes all = {bytes, bytes ? bytes + data->d_size : NULL, false};

        for (size_t i = 0; i < count; i++)
                units[i] = ARANGES_NONE;
        if (all.at < all.end)
                inflate_expect(all.end - 1);
        while (all.at < all.end && !all.bad) {
                const uint8_t *start = all.at;
                size_t offset_size = 4;
                uint64_t length = bytes_number(&all, 4);

                if (length == UINT32_MAX) {
                        length = bytes_number(&all, 8);
                        offset_size = 8;
                }
                if (all.bad || length > (uint64_t)(all.end - all.at))
                        return;
                struct bytes set = {all.at, all.at + length, false};

                all.at += length;
                uint64_t version = bytes_number(&set, 2), unit = bytes_number(&set, offset_size);
                uint64_t address_size = bytes_number(&set, 1), segment_size = bytes_number(&set, 1);

                /* The pairs are aligned to their size, from the start of the set. */
                bytes_skip(&set, -(uint64_t)(set.at - start) & 15);
                if (!set.bad && version == 2 && address_size == 8 && segment_size == 0) {
                        read_set(set, unit, places, count, units);
                        list(listed, unit);
                }
        }
}
