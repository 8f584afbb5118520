/*
 * Finds .dwp files and takes units out of them (DWARF 5, 7.3.5). A unit's parts lie between those of the
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

#include "debugfile.h"
#include "package_index.h"

#define MOST_TABLES (1u << 20) /* bytes of headers, about 2000 units */
#define PAGE 4096u

/* The file, privately, with room for tables behind it. */
static bool map_file(struct package *package)
{
        package->used = (package->size + PAGE - 1) & ~(size_t)(PAGE - 1);
        package->bytes = mmap(NULL, package->used + MOST_TABLES, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (package->bytes == MAP_FAILED)
                return false;
        package->bytes = mmap(package->bytes, package->size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, package->fd, 0);
        if (package->bytes == MAP_FAILED)
                return false;
        if (package_index_read(package))
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
        return image->package && package_index_parts(image->package, unit, NULL);
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
        Elf64_Shdr *from = package_index_headers(package, &count, &names);
        Elf64_Shdr *to = (Elf64_Shdr *)(void *)(bytes + package->used);
        size_t end = ((package->size + PAGE - 1) & ~(size_t)(PAGE - 1)) + MOST_TABLES;

        if (!from || count * sizeof(*to) > end - package->used)
                return false;
        memcpy(to, from, count * sizeof(*to));
        for (size_t i = 0; i < count; i++)
                if ((!package_index_fits(package, &to[i]) && to[i].sh_type != SHT_NOBITS) ||
                    !cut(&to[i], package_index_name(package, &from[names], &from[i]), parts, part_count))
                        return false;
        return true;
}

Dwarf *package_unit(struct image *image, uint64_t unit)
{
        struct package *package = image->package;
        struct part parts[MOST_COLUMNS];
        size_t part_count = package ? package_index_parts(package, unit, parts) : 0;

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
