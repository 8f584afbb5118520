/*
 * Reads .dwp files (DWARF 5, 7.3.5; its forerunner is "GNU DebugFissionDWP"). A unit's parts lie between those of the
 * others: with a table of section headers that frames just these parts, the same bytes are the unit's .dwo file.
 */
#include "package.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "debugfile.h"

#define MOST_COLUMNS 16
#define MOST_TABLES (1u << 20) /* bytes of headers, about 2000 units */
#define PAGE 4096u

struct package {
        int fd;
        size_t size;
        char *path;
        uint8_t *bytes;     /* the whole file, from the next page on the units' tables of section headers */
        size_t used;        /* where the next table begins */
        struct bytes index; /* .debug_cu_index */
        uint64_t version, columns, units, slots;
};

/* What a section holds of one unit. */
struct part {
        const char *section;
        uint64_t offset, length;
};

/* The section headers in bytes, null if they are not all there. */
static Elf64_Shdr *headers_of(uint8_t *bytes, size_t size, size_t *count, size_t *names)
{
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

static bool fits(const Elf64_Shdr *section, size_t size)
{
        return section->sh_type != SHT_NOBITS && section->sh_offset <= size &&
               section->sh_size <= size - section->sh_offset;
}

static const char *name_of(const uint8_t *bytes, size_t size, const Elf64_Shdr *names, const Elf64_Shdr *section)
{
        if (!fits(names, size) || section->sh_name >= names->sh_size)
                return "";
        const char *name = (const char *)bytes + names->sh_offset + section->sh_name;

        return memchr(name, 0, names->sh_size - section->sh_name) ? name : "";
}

/* The header of the index; false if this is no package whose sections can be cut. */
static bool read_index(struct package *package)
{
        size_t count, names;
        Elf64_Shdr *headers = headers_of(package->bytes, package->size, &count, &names);

        for (size_t i = 0; headers && i < count; i++) {
                if (strcmp(name_of(package->bytes, package->size, &headers[names], &headers[i]), ".debug_cu_index") ||
                    (headers[i].sh_flags & SHF_COMPRESSED) || !fits(&headers[i], package->size))
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

/* The file, privately, with room for tables behind it. */
static bool map_file(struct package *package)
{
        package->used = (package->size + PAGE - 1) & ~(size_t)(PAGE - 1);
        package->bytes = mmap(NULL, package->used + MOST_TABLES, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (package->bytes == MAP_FAILED)
                return false;
        if (mmap(package->bytes, package->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE,
                 package->fd, 0) != MAP_FAILED &&
            read_index(package))
                return true;
        munmap(package->bytes, package->used + MOST_TABLES);
        return false;
}

static struct package *open_package(const char *path)
{
        struct package *package = calloc(1, sizeof(*package));
        int fd = package ? debugfile_open(path) : -1;
        struct stat facts;

        if (fd >= 0 && !fstat(fd, &facts) && facts.st_size > 0) {
                package->fd = fd;
                package->size = (size_t)facts.st_size;
                package->path = strdup(path);
                if (package->path && map_file(package))
                        return package;
                free(package->path);
        }
        if (fd >= 0)
                close(fd);
        free(package);
        return NULL;
}

/* Beside the program, or beside its debug file, with .dwp at the end of the name. */
static void find_package(struct image *image)
{
        static const char ending[] = ".debug";
        char path[PATH_MAX];
        size_t length = image->debug_path ? strlen(image->debug_path) : 0;

        image->package_tried = true;
        if (snprintf(path, sizeof(path), "%s.dwp", image->path) < (int)sizeof(path))
                image->package = open_package(path);
        if (!image->package && length && length + sizeof(".dwp") <= sizeof(path)) {
                snprintf(path, sizeof(path), "%s.dwp", image->debug_path);
                image->package = open_package(path);
                if (!image->package && length > sizeof(ending) &&
                    !strcmp(path + length - (sizeof(ending) - 1), ".debug.dwp")) {
                        snprintf(path, sizeof(path), "%.*s.dwp", (int)(length - (sizeof(ending) - 1)),
                                 image->debug_path);
                        image->package = open_package(path);
                }
        }
        if (image->package)
                image->package_path = image->package->path;
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

static size_t take_parts(const struct package *package, uint64_t row, struct part *parts)
{
        const uint8_t *kinds = package->index.at + package->slots * 12, *offsets = kinds + package->columns * 4;
        const uint8_t *lengths = offsets + package->units * package->columns * 4;
        uint64_t first = (row - 1) * package->columns;
        size_t count = 0;

        for (uint64_t i = 0; i < package->columns; i++) {
                struct part part = {section_of(package, number_at(kinds + i * 4, 4)),
                                    number_at(offsets + (first + i) * 4, 4), number_at(lengths + (first + i) * 4, 4)};

                if (part.section)
                        parts[count++] = part;
        }
        return count;
}

/* Frames the unit's part of a section; what no part is known of is hidden, but strings are shared by all. */
static bool cut(Elf64_Shdr *section, const char *name, const struct part *parts, size_t count)
{
        for (size_t i = 0; i < count; i++)
                if (!strcmp(name, parts[i].section)) {
                        if ((section->sh_flags & SHF_COMPRESSED) || parts[i].offset > section->sh_size ||
                            parts[i].length > section->sh_size - parts[i].offset)
                                return false;
                        section->sh_offset += parts[i].offset;
                        section->sh_size = parts[i].length;
                        return true;
                }
        if (!strncmp(name, ".debug_", 7) && strcmp(name, ".debug_str.dwo")) {
                section->sh_type = SHT_NOBITS;
                section->sh_name = 0; /* the index's name would make libdw take it for a file of another kind */
        }
        return true;
}

bool package_has(struct image *image, uint64_t unit)
{
        if (!image->package_tried)
                find_package(image);
        return image->package && find_row(image->package, unit);
}

int package_descriptor(const struct image *image)
{
        return fcntl(image->package->fd, F_DUPFD_CLOEXEC, 10);
}

/* A table of section headers for the unit alone; false if the package makes no sense. */
static bool add_table(struct package *package, const struct part *parts, size_t part_count)
{
        uint8_t *bytes = package->bytes;
        size_t count, names;
        Elf64_Shdr *from = headers_of(bytes, package->size, &count, &names);
        Elf64_Shdr *to = (Elf64_Shdr *)(void *)(bytes + package->used);
        size_t end = ((package->size + PAGE - 1) & ~(size_t)(PAGE - 1)) + MOST_TABLES;

        if (!from || count * sizeof(*to) > end - package->used)
                return false;
        memcpy(to, from, count * sizeof(*to));
        for (size_t i = 0; i < count; i++)
                if ((!fits(&to[i], package->size) && to[i].sh_type != SHT_NOBITS) ||
                    !cut(&to[i], name_of(bytes, package->size, &from[names], &from[i]), parts, part_count))
                        return false;
        return true;
}

Dwarf *package_unit(struct image *image, uint64_t unit)
{
        struct package *package = image->package;
        struct part parts[MOST_COLUMNS];
        uint64_t row = package ? find_row(package, unit) : 0;
        size_t part_count = row ? take_parts(package, row, parts) : 0;

        if (!part_count || !add_table(package, parts, part_count))
                return NULL;
        Elf64_Ehdr *header = (Elf64_Ehdr *)(void *)package->bytes;
        Elf64_Off whole = header->e_shoff;
        size_t length = header->e_shnum * sizeof(Elf64_Shdr);

        /* libelf reads where the table is when it opens the file, and never again. */
        header->e_shoff = package->used;
        Elf *elf = elf_memory((char *)package->bytes, package->used + length);
        Dwarf *dwarf = elf ? dwarf_begin_elf(elf, DWARF_C_READ, NULL) : NULL;

        header->e_shoff = whole;
        package->used += length;
        return dwarf;
}
