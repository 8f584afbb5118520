/* The index of a package: which parts of its sections belong to a unit. */
#ifndef SYMBOLIZE_PACKAGE_INDEX_H
#define SYMBOLIZE_PACKAGE_INDEX_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

#define MOST_COLUMNS 16
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

/* Reads the header of the index; false if this is no package whose sections can be cut. */
bool package_index_read(struct package *package);

/* The parts of the unit with this number, at most MOST_COLUMNS, or 0 if it is not there. parts may be null. */
size_t package_index_parts(const struct package *package, uint64_t unit, struct part *parts);

/* The section headers of the file, null if they are not all there. */
Elf64_Shdr *package_index_headers(const struct package *package, size_t *count, size_t *names);

/* True if the section lies within the file. */
bool package_index_fits(const struct package *package, const Elf64_Shdr *section);

/* The section's name or "". */
const char *package_index_name(const struct package *package, const Elf64_Shdr *names, const Elf64_Shdr *section);

#endif
