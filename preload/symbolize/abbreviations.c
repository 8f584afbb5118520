/* Reads abbreviations into a table that says at once how far a DIE reaches. */
#include "abbreviations.h"

#include <dwarf.h>
#include <stdlib.h>

#define MOST_ATTRIBUTES (1u << 20)
#define KEPT 4

enum { VARYING = -1, UNKNOWN = -2 };

int abbreviations_size(const struct abbreviations *table, uint64_t form)
{
        switch (form) {
        case DW_FORM_flag_present:
        case DW_FORM_implicit_const:
                return 0;
        case DW_FORM_data1:
        case DW_FORM_ref1:
        case DW_FORM_flag:
        case DW_FORM_strx1:
        case DW_FORM_addrx1:
                return 1;
        case DW_FORM_data2:
        case DW_FORM_ref2:
        case DW_FORM_strx2:
        case DW_FORM_addrx2:
                return 2;
        case DW_FORM_strx3:
        case DW_FORM_addrx3:
                return 3;
        case DW_FORM_data4:
        case DW_FORM_ref4:
        case DW_FORM_strx4:
        case DW_FORM_addrx4:
        case DW_FORM_ref_sup4:
                return 4;
        case DW_FORM_addr:
        case DW_FORM_data8:
        case DW_FORM_ref8:
        case DW_FORM_ref_sig8:
        case DW_FORM_ref_sup8:
                return 8;
        case DW_FORM_data16:
                return 16;
        case DW_FORM_ref_addr:
                return table->version < 3 ? 8 : table->offset_size;
        case DW_FORM_strp:
        case DW_FORM_line_strp:
        case DW_FORM_strp_sup:
        case DW_FORM_sec_offset:
        case DW_FORM_GNU_ref_alt:
        case DW_FORM_GNU_strp_alt:
                return table->offset_size;
        case DW_FORM_udata:
        case DW_FORM_sdata:
        case DW_FORM_ref_udata:
        case DW_FORM_strx:
        case DW_FORM_addrx:
        case DW_FORM_loclistx:
        case DW_FORM_rnglistx:
        case DW_FORM_GNU_addr_index:
        case DW_FORM_GNU_str_index:
        case DW_FORM_string:
        case DW_FORM_block:
        case DW_FORM_exprloc:
        case DW_FORM_block1:
        case DW_FORM_block2:
        case DW_FORM_block4:
        case DW_FORM_indirect:
                return VARYING;
        }
        return UNKNOWN;
}

/* For one more of size; what items points to, or null without memory. */
static void *make_room(void *items, size_t count, size_t *room, size_t size)
{
        if (count < *room)
                return items;
        void *larger = reallocarray(items, *room ? *room * 2 : 256, size);

        if (larger)
                *room = *room ? *room * 2 : 256;
        return larger;
}

static bool add_attribute(struct abbreviations *table, uint64_t name, uint64_t form)
{
        struct attribute *room = make_room(table->attributes, table->attribute_count, &table->attribute_room,
                                           sizeof(*table->attributes));
        int size = abbreviations_size(table, form);

        if (!room || table->attribute_count >= MOST_ATTRIBUTES || name > UINT16_MAX || size == UNKNOWN)
                return false;
        table->attributes = room;
        room[table->attribute_count++] = (struct attribute){
                .name = (uint16_t)name,
                .form = (uint16_t)form,
                .size = (int16_t)size,
                .constant = form == DW_FORM_implicit_const ? bytes_sleb(&table->rest) : 0,
        };
        return true;
}

static bool is_in_unit(unsigned int form)
{
        return form == DW_FORM_ref1 || form == DW_FORM_ref2 || form == DW_FORM_ref4 || form == DW_FORM_ref8;
}

/* From the last attribute to the first. */
static void add_up(const struct abbreviations *table, struct abbreviation *kind)
{
        struct attribute *own = abbreviations_attributes(table, kind);
        uint32_t fixed = 0, varying = kind->count;

        for (uint32_t i = kind->count; i-- > 0;) {
                if (own[i].size == VARYING) {
                        fixed = 0;
                        varying = i;
                } else {
                        fixed += (uint32_t)own[i].size;
                }
                own[i].fixed = fixed;
                own[i].varying = varying;
                if (own[i].name == DW_AT_sibling && is_in_unit(own[i].form) && varying == kind->count) {
                        kind->sibling = fixed;
                        kind->sibling_size = (uint8_t)own[i].size;
                }
        }
}

static bool read_one(struct abbreviations *table, uint64_t code)
{
        struct abbreviation *room = make_room(table->all, table->count, &table->room, sizeof(*table->all));
        struct abbreviation next = {.code = code, .first = (uint32_t)table->attribute_count};
        uint64_t name, form;

        if (!room)
                return false;
        table->all = room;
        next.tag = (uint16_t)bytes_uleb(&table->rest);
        next.children = bytes_number(&table->rest, 1);
        while (name = bytes_uleb(&table->rest), form = bytes_uleb(&table->rest), name || form) {
                if (table->rest.bad || !add_attribute(table, name, form))
                        return false;
                next.code_range |= name == DW_AT_low_pc || name == DW_AT_ranges || name == DW_AT_call_return_pc;
        }
        next.count = (uint32_t)(table->attribute_count - next.first);
        add_up(table, &next);
        table->all[table->count++] = next;
        return !table->rest.bad;
}

/* Of several with the same code the first one counts. */
static int by_code(const void *left, const void *right)
{
        const struct abbreviation *a = left, *b = right;

        if (a->code != b->code)
                return a->code < b->code ? -1 : 1;
        return a->first < b->first ? -1 : a->first > b->first;
}

static const struct abbreviation *search(const struct abbreviations *table, uint64_t code)
{
        size_t low = 0, high = table->count;

        while (low < high) {
                size_t middle = (low + high) / 2;

                if (table->all[middle].code < code)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low < table->count && table->all[low].code == code ? &table->all[low] : NULL;
}

const struct abbreviation *abbreviations_search(struct abbreviations *table, uint64_t code)
{
        while (table->rest.at < table->rest.end && (table->count < code || !table->in_order)) {
                uint64_t next = bytes_uleb(&table->rest);

                table->in_order &= !next || next == table->count + 1;
                if (!next || !read_one(table, next))
                        table->rest.at = table->rest.end;
                if (!table->in_order && table->rest.at == table->rest.end)
                        qsort(table->all, table->count, sizeof(*table->all), by_code);
        }
        if (!table->in_order)
                return search(table, code);
        return code - 1 < table->count ? &table->all[code - 1] : NULL;
}

struct abbreviations *abbreviations_of(struct bytes from, unsigned int version, size_t offset_size)
{
        static struct abbreviations kept[KEPT];
        static unsigned int oldest;

        for (size_t i = 0; i < KEPT; i++)
                if (kept[i].start == from.at && kept[i].version == version && kept[i].offset_size == offset_size)
                        return &kept[i];
        struct abbreviations *table = &kept[oldest++ % KEPT];

        table->start = from.at;
        table->rest = from;
        table->version = (uint8_t)version;
        table->offset_size = (uint8_t)offset_size;
        table->in_order = true;
        table->count = table->attribute_count = 0;
        return table;
}
