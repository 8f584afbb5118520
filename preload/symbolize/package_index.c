/* Reads the index of a .dwp file (DWARF 5, 7.3.5.3; its forerunner is "GNU DebugFissionDWP"). */
#include "package_index.h"

#include <string.h>

Elf64_Shdr *package_index_headers(const struct package *package, size_t *count, size_t *names)
{
        uint8_t *bytes = package->bytes;
        size_t size = package->size;
        Elf64_Ehdr header;

        if (size < sizeof(header))
                return NULL;
        memcpy(&header, bytes, sizeof(header));
        *count = header.e_shnum;
        *names = header.e_shstrndx;
        if (memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_shoff % 8 ||
            header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shoff > size ||
            *count > (size - header.e_shoff) / sizeof(Elf64_Shdr) || *names >= *count)
                return NULL;
        return (Elf64_Shdr *)(void *)(bytes + header.e_shoff);
}

bool package_index_fits(const struct package *package, const Elf64_Shdr *section)
{
        return section->sh_type != SHT_NOBITS && section->sh_offset <= package->size &&
               section->sh_size <= package->size - section->sh_offset;
}

const char *package_index_name(const struct package *package, const Elf64_Shdr *names, const Elf64_Shdr *section)
{
        if (!package_index_fits(package, names) || section->sh_name >= names->sh_size)
                return "";
        const char *name = (const char *)package->bytes + names->sh_offset + section->sh_name;

        return memchr(name, 0, names->sh_size - section->sh_name) ? name : "";
}

bool package_index_read(struct package *package)
{
        size_t count, names;
        Elf64_Shdr *headers = package_index_headers(package, &count, &names);

        for (size_t i = 0; headers && i < count; i++) {
                if (strcmp(package_index_name(package, &headers[names], &headers[i]), ".debug_cu_index") ||
                    (headers[i].sh_flags & SHF_COMPRESSED) || !package_index_fits(package, &headers[i]))
                        continue;
                const uint8_t *start = package->bytes + headers[i].sh_offset;
                struct bytes from = {start, start + headers[i].sh_size, false};

                /* 4 bytes in the forerunner, 2 and 2 of padding in DWARF 5. */
                package->version = bytes_number(&from, 4) & 0xffff;
                package->columns = bytes_number(&from, 4);
                package->units = bytes_number(&from, 4);
                package->slots = bytes_number(&from, 4);
                package->index = from;
                return !from.bad && (package->version == 2 || package->version == 5) && package->columns &&
                       package->columns <= MOST_COLUMNS && package->slots && !(package->slots & (package->slots - 1)) &&
                       package->slots * 12 + package->columns * 4 * (package->units * 2 + 1) <=
                               (uint64_t)(from.end - from.at);
        }
        return false;
}

static uint64_t number_at(const uint8_t *at, size_t size)
{
        struct bytes from = {at, at + size, false};

        return bytes_number(&from, size);
}

/* The row of the unit, from 1 on; 0 if it is not there. */
static uint64_t find_row(const struct package *package, uint64_t unit)
{
        uint64_t mask = package->slots - 1, slot = unit & mask, step = ((unit >> 32) & mask) | 1;
        const uint8_t *rows = package->index.at + package->slots * 8;

        for (uint64_t tries = 0; tries < package->slots; tries++, slot = (slot + step) & mask) {
                uint64_t row = number_at(rows + slot * 4, 4);

                if (!row || row > package->units)
                        return 0;
                if (number_at(package->index.at + slot * 8, 8) == unit)
                        return row;
        }
        return 0;
}

/* The names of the columns' sections; null for those that are not needed. */
static const char *section_of(const struct package *package, uint64_t column)
{
        static const char *const standard[] = {NULL,
                                               ".debug_info.dwo",
                                               NULL,
                                               ".debug_abbrev.dwo",
                                               ".debug_line.dwo",
                                               ".debug_loclists.dwo",
                                               ".debug_str_offsets.dwo",
                                               NULL,
                                               ".debug_rnglists.dwo"};
        static const char *const forerunner[] = {NULL,
                                                 ".debug_info.dwo",
                                                 NULL,
                                                 ".debug_abbrev.dwo",
                                                 ".debug_line.dwo",
                                                 ".debug_loc.dwo",
                                                 ".debug_str_offsets.dwo"};

        if (package->version == 5)
                return column < sizeof(standard) / sizeof(standard[0]) ? standard[column] : NULL;
        return column < sizeof(forerunner) / sizeof(forerunner[0]) ? forerunner[column] : NULL;
}

size_t package_index_parts(const struct package *package, uint64_t unit, struct part *parts)
{
        uint64_t row = find_row(package, unit);
        const uint8_t *kinds = package->index.at + package->slots * 12, *offsets = kinds + package->columns * 4;
        const uint8_t *lengths = offsets + package->units * package->columns * 4;
        uint64_t first = (row - 1) * package->columns;
        size_t count = 0;

        if (!row)
                return 0;
        for (uint64_t i = 0; i < package->columns; i++) {
                struct part part = {section_of(package, number_at(kinds + i * 4, 4)),
                                    number_at(offsets + (first + i) * 4, 4), number_at(lengths + (first + i) * 4, 4)};

                if (part.section && parts)
                        parts[count] = part;
                count += part.section != NULL;
        }
        return count;
}
