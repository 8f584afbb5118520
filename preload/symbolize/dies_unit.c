/* Reads what is before the trees: sections, unit headers (DWARF 5, 7.5.1) and the bases that they are read with. */
#include <dwarf.h>

#include "dies.h"
#include "image.h"

static struct bytes section(Elf *elf, const char *name)
{
        const Elf_Data *data = image_section(elf, name);

        if (!data)
                return (struct bytes){.at = NULL};
        return (struct bytes){data->d_buf, (const uint8_t *)data->d_buf + data->d_size, false};
}

void dies_sections(Dwarf *dwarf, struct dies_sections *sections)
{
        Elf *elf = dwarf_getelf(dwarf);

        *sections = (struct dies_sections){.dwarf = dwarf, .info = section(elf, ".debug_info")};
        sections->split = !sections->info.at;
        if (sections->split) {
                sections->info = section(elf, ".debug_info.dwo");
                sections->abbreviations = section(elf, ".debug_abbrev.dwo");
                return;
        }
        sections->abbreviations = section(elf, ".debug_abbrev");
        sections->addresses = section(elf, ".debug_addr");
        sections->old_ranges = section(elf, ".debug_ranges");
        sections->ranges = section(elf, ".debug_rnglists");
}

/* An offset of a section; nothing if it lies behind the end. */
static struct bytes from_offset(struct bytes section, uint64_t offset)
{
        bytes_skip(&section, offset);
        return section;
}

bool dies_address(const struct tree *tree, uint64_t index, uint64_t *address)
{
        struct bytes from = tree->sections->addresses;

        if (tree->address_base == UINT64_MAX || index > UINT32_MAX)
                return false;
        bytes_skip(&from, tree->address_base);
        bytes_skip(&from, index * 8);
        *address = bytes_number(&from, 8);
        return !from.bad;
}

static uint64_t base(const struct tree *tree, const struct die *unit, unsigned int name)
{
        struct die_value value = dies_find(tree, unit, name);

        return value.form ? value.number : UINT64_MAX;
}

/* The base of addresses is 0 without DW_AT_low_pc. */
static void read_bases(struct tree *tree, const struct die *unit)
{
        struct die_value low = dies_find(tree, unit, DW_AT_low_pc);

        tree->address_base = base(tree, unit, DW_AT_addr_base);
        tree->ranges_base = base(tree, unit, DW_AT_rnglists_base);
        tree->base = low.form == DW_FORM_addr ? low.number : 0;
        if (low.form && low.form != DW_FORM_addr)
                (void)dies_address(tree, low.number, &tree->base);
}

/* Behind the length. False if no DIEs follow that can be read. */
static bool read_header(struct tree *tree, struct bytes from)
{
        tree->version = (uint8_t)bytes_number(&from, 2);
        bool new = tree->version >= 5;
        uint64_t table, address_size;

        tree->type = new ? (uint8_t)bytes_number(&from, 1) : DW_UT_compile;
        address_size = new ? bytes_number(&from, 1) : 0;
        table = bytes_number(&from, tree->offset_size);
        if (!new)
                address_size = bytes_number(&from, 1);
        if (tree->type == DW_UT_skeleton || tree->type == DW_UT_split_compile)
                bytes_skip(&from, 8);
        else if (tree->type == DW_UT_type || tree->type == DW_UT_split_type)
                bytes_skip(&from, 8 + tree->offset_size);
        tree->dies = from.at;
        tree->table =
                abbreviations_of(from_offset(tree->sections->abbreviations, table), tree->version, tree->offset_size);
        return !from.bad && tree->version >= 2 && tree->version <= 5 && address_size == 8;
}

bool dies_unit(struct tree *tree, const struct dies_sections *sections, uint64_t offset)
{
        struct bytes from = from_offset(sections->info, offset);

        tree->sections = sections;
        tree->offset = offset;
        tree->next = 0;
        tree->offset_size = 4;
        uint64_t length = bytes_number(&from, 4);

        if (length == UINT32_MAX) {
                length = bytes_number(&from, 8);
                tree->offset_size = 8;
        }
        if (from.bad || length > (uint64_t)(from.end - from.at))
                return false;
        tree->end = from.end = from.at + length;
        tree->next = (uint64_t)(tree->end - sections->info.at);
        return read_header(tree, from);
}

bool dies_top(struct tree *tree, struct die *unit)
{
        unit->parent = NULL;
        if (!dies_start(tree, tree->dies, unit))
                return false;
        read_bases(tree, unit);
        return true;
}

bool dies_unit_of(struct tree *tree, struct dies_sections *sections, Dwarf_Die *of, struct die *unit)
{
        const uint8_t *address = of->addr;
        uint64_t offset = dwarf_dieoffset(of);

        dies_sections(dwarf_cu_getdwarf(of->cu), sections);
        /* Units of types can have a section of their own. */
        return sections->info.at && offset < (uint64_t)(sections->info.end - sections->info.at) &&
               address == sections->info.at + offset && dies_unit(tree, sections, offset - dwarf_cuoffset(of)) &&
               dies_top(tree, unit);
}

bool dies_for_libdw(const struct tree *tree, const struct die *die, Dwarf_Die *to)
{
        return dwarf_offdie(tree->sections->dwarf, die->offset, to);
}
