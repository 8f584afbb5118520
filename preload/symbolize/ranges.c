/* Reads low and high addresses and range lists (DWARF 5, 2.17; DWARF 4, 2.17.3). */
#include "ranges.h"

#include <dwarf.h>

#include "inlines.h"

/* The attributes that speak of code. */
struct code {
        struct die_value low, high, ranges, returns;
};

static struct code read_code(const struct tree *tree, const struct die *die)
{
        const struct attribute *own = abbreviations_attributes(tree->table, &die->kind);
        struct bytes from = {die->values, tree->end, false};
        struct code code = {.low = {0}};

        for (uint32_t i = 0; i < die->kind.count && !from.bad; i++) {
                struct die_value value = dies_value(tree, &own[i], &from);

                if (own[i].name == DW_AT_low_pc)
                        code.low = value;
                else if (own[i].name == DW_AT_high_pc)
                        code.high = value;
                else if (own[i].name == DW_AT_ranges)
                        code.ranges = value;
                else if (own[i].name == DW_AT_call_return_pc)
                        code.returns = value;
        }
        if (from.bad)
                code = (struct code){.low = {0}};
        return code;
}

static bool is_index(uint64_t form)
{
        return form == DW_FORM_addrx || (form >= DW_FORM_addrx1 && form <= DW_FORM_addrx4);
}

/* False if it is no address, or one that libdw has to find. */
static bool read_address(const struct tree *tree, struct die_value value, uint64_t *address)
{
        *address = value.number;
        return value.form == DW_FORM_addr || (is_index(value.form) && dies_address(tree, value.number, address));
}

static void ask_libdw(struct ranges *ranges, const struct die *die)
{
        ranges->kind = dies_for_libdw(ranges->tree, die, &ranges->die) ? RANGES_LIBDW : RANGES_NONE;
}

static void start_one(struct ranges *ranges, const struct die *die, const struct code *code)
{
        bool known = read_address(ranges->tree, code->low, &ranges->start);

        ranges->kind = RANGES_ONE;
        if (known && read_address(ranges->tree, code->high, &ranges->end))
                return;
        if (known && !is_index(code->high.form))
                ranges->end = ranges->start + code->high.number;
        else
                ask_libdw(ranges, die);
}

/* The list lies at an offset of the section, or at one that the unit's table of offsets has. */
static bool find_list(const struct tree *tree, struct die_value value, uint64_t *offset)
{
        struct bytes table = tree->sections->ranges;

        *offset = value.number;
        if (value.form != DW_FORM_rnglistx)
                return value.form == DW_FORM_sec_offset || value.form == DW_FORM_data4 || value.form == DW_FORM_data8;
        if (tree->ranges_base == UINT64_MAX || value.number > UINT32_MAX)
                return false;
        bytes_skip(&table, tree->ranges_base);
        bytes_skip(&table, value.number * tree->offset_size);
        *offset = tree->ranges_base + bytes_number(&table, tree->offset_size);
        return !table.bad;
}

void ranges_start(struct ranges *ranges, const struct tree *tree, const struct die *die)
{
        ranges->tree = tree;
        ranges->kind = RANGES_NONE;
        if (!die->kind.code_range)
                return;
        struct code code = read_code(tree, die);
        uint64_t offset;

        if (tree->sections->split) {
                ranges->at = 0;
                ask_libdw(ranges, die);
        } else if (code.low.form && code.high.form) {
                ranges->at = 0;
                start_one(ranges, die, &code);
        } else if (code.ranges.form && find_list(tree, code.ranges, &offset)) {
                ranges->kind = tree->version < 5 ? RANGES_OLD : RANGES_LIST;
                ranges->list = tree->version < 5 ? tree->sections->old_ranges : tree->sections->ranges;
                ranges->base = tree->base;
                bytes_skip(&ranges->list, offset);
        }
}

static bool next_old(struct ranges *ranges, uint64_t *start, uint64_t *end)
{
        while (!ranges->list.bad) {
                uint64_t from = bytes_number(&ranges->list, 8), to = bytes_number(&ranges->list, 8);

                if (ranges->list.bad || (!from && !to))
                        break;
                if (from == UINT64_MAX) {
                        ranges->base = to;
                        continue;
                }
                *start = ranges->base + from;
                *end = ranges->base + to;
                return true;
        }
        return false;
}

static uint64_t listed_address(struct ranges *ranges)
{
        uint64_t address = 0;

        if (!dies_address(ranges->tree, bytes_uleb(&ranges->list), &address))
                ranges->list.bad = true;
        return address;
}

static bool next_listed(struct ranges *ranges, uint64_t *start, uint64_t *end)
{
        struct bytes *list = &ranges->list;

        while (!list->bad) {
                switch (bytes_number(list, 1)) {
                case DW_RLE_base_addressx:
                        ranges->base = listed_address(ranges);
                        continue;
                case DW_RLE_base_address:
                        ranges->base = bytes_number(list, 8);
                        continue;
                case DW_RLE_startx_endx:
                        *start = listed_address(ranges);
                        *end = listed_address(ranges);
                        break;
                case DW_RLE_startx_length:
                        *start = listed_address(ranges);
                        *end = *start + bytes_uleb(list);
                        break;
                case DW_RLE_offset_pair:
                        *start = ranges->base + bytes_uleb(list);
                        *end = ranges->base + bytes_uleb(list);
                        break;
                case DW_RLE_start_end:
                        *start = bytes_number(list, 8);
                        *end = bytes_number(list, 8);
                        break;
                case DW_RLE_start_length:
                        *start = bytes_number(list, 8);
                        *end = *start + bytes_uleb(list);
                        break;
                default:
                        return false;
                }
                return !list->bad;
        }
        return false;
}

bool ranges_next(struct ranges *ranges, uint64_t *start, uint64_t *end)
{
        Dwarf_Addr base;

        switch (ranges->kind) {
        case RANGES_ONE:
                ranges->kind = RANGES_NONE;
                *start = ranges->start;
                *end = ranges->end;
                return true;
        case RANGES_OLD:
                return next_old(ranges, start, end);
        case RANGES_LIST:
                return next_listed(ranges, start, end);
        case RANGES_LIBDW:
                ranges->at = dwarf_ranges(&ranges->die, ranges->at, &base, start, end);
                return ranges->at > 0;
        default:
                return false;
        }
}

uint64_t ranges_return(const struct tree *tree, const struct die *site)
{
        struct code code = read_code(tree, site);
        struct die_value value = code.returns.form ? code.returns : code.low;
        uint64_t address;
        Dwarf_Die die;

        if (!value.form)
                return 0;
        if (read_address(tree, value, &address))
                return address;
        return dies_for_libdw(tree, site, &die) ? inlines_return(&die) : 0;
}
