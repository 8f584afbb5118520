/* Finds the modules that addresses lie in: only in the process's memory is it sure which file was really running. */
#include "modules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../protocol.h"
#include "debugfile.h"
#include "headers.h"
#include "linkmap.h"
#include "live.h"
#include "maps.h"
#include "memory.h"
#include "peer.h"

static struct module *first;
static bool have_maps;
static int process;

bool modules_start(int pid)
{
        process = pid;
        have_maps = !maps_load();
        return have_maps || linkmap_load();
}

struct module *modules_first(void)
{
        return first;
}

const char *modules_name(const struct module *module)
{
        const char *slash = strrchr(module->image.path, '/');

        return slash && slash[1] ? slash + 1 : module->image.path;
}

/* Code does not change when it is loaded, so the text of the right file is the text in memory. */
static bool same_text(const struct image *image, Elf *elf, int fd)
{
        const struct module *module = (const struct module *)image;
        struct stat facts;
        size_t length, compared = 0;
        char *raw = elf_rawfile(elf, &length);
        char in_memory[4096];
        GElf_Phdr header;

        if (!raw || (module->inode && (fstat(fd, &facts) || facts.st_ino != module->inode)))
                return false;
        for (int i = 0; gelf_getphdr(elf, i, &header); i++) {
                if (header.p_type != PT_LOAD || !(header.p_flags & PF_X) || header.p_offset > length)
                        continue;
                uint64_t size = header.p_filesz < length - header.p_offset ? header.p_filesz : length - header.p_offset;

                for (uint64_t at = 0; at < size && at < 1u << 20; at += sizeof(in_memory)) {
                        size_t piece = size - at < sizeof(in_memory) ? (size_t)(size - at) : sizeof(in_memory);

                        if (!memory_copy(header.p_vaddr + module->bias + at, in_memory, piece) ||
                            memcmp(in_memory, raw + header.p_offset + at, piece))
                                return false;
                        compared += piece;
                }
        }
        return compared > 0;
}

/* Only a privileged helper may follow the links of map_files; the executable is handed over by the process. */
static int mapped_file(const struct image *image)
{
        const struct module *module = (const struct module *)image;
        const struct mapping *mapping = have_maps ? maps_find(module->low) : NULL;
        char path[80];
        struct stat facts;
        int fd;

        if (!mapping || !module->inode)
                return -1;
        /* Another root may have another file by this name, which the one of this root was not. */
        if (live_pid() && !mapping->deleted && (fd = live_file(image->path)) >= 0)
                return fd;
        snprintf(path, sizeof(path), "/proc/%d/map_files/%llx-%llx", process, (unsigned long long)mapping->start,
                 (unsigned long long)mapping->end);
        fd = debugfile_open(path);
        if (fd < 0)
                fd = peer_executable();
        if (fd >= 0 && (fstat(fd, &facts) || !S_ISREG(facts.st_mode))) {
                close(fd);
                fd = -1;
        }
        return fd;
}

uint64_t modules_address(const struct module *module, uint64_t address)
{
        if (!address || (address >= module->low && address < module->high))
                return address;
        return address + module->bias;
}

static struct module *add_module(uint64_t base, const char *path)
{
        struct module *module = calloc(1, sizeof(*module));

        if (!module)
                return NULL;
        module->go_switch = GO_SWITCH_UNKNOWN;
        module->image.matches = same_text;
        module->image.mapped = mapped_file;
        module->image.in_process = true;
        module->image.path = strdup(path);
        if (!module->image.path || !headers_read(module, base, NULL)) {
                free(module->image.path);
                free(module);
                return NULL;
        }
        module->next = first;
        first = module;
        return module;
}

/* The vdso has no file; its image in memory is a complete ELF file. */
static void take_vdso(struct module *module, const struct mapping *mapping)
{
        size_t length = (size_t)(mapping->end - mapping->start);
        char *bytes = length <= 1u << 20 ? malloc(length) : NULL;

        module->is_vdso = true;
        if (bytes && memory_copy(mapping->start, bytes, length))
                image_from_memory(&module->image, bytes, length);
}

/*
 * The mapping of the same file, at or below mapping, that begins with the file's ELF header. A linker (lld, mold) may
 * lay several segments into the file's first page: then each of them begins with it, and the lowest is meant.
 */
static const struct mapping *find_header(const struct mapping *mapping)
{
        const struct mapping *lowest = maps_at(0), *found = NULL;

        for (const struct mapping *at = mapping; at >= lowest && mapping - at < 64; at--) {
                struct module trial = {0};

                if (!at->offset && at->inode == mapping->inode && !strcmp(at->name, mapping->name) &&
                    (!found || headers_read(&trial, at->start, mapping)))
                        found = at;
        }
        return found;
}

static struct module *find_mapped(uint64_t address)
{
        const struct mapping *mapping = maps_find(address);

        if (!mapping || (!mapping->inode && strcmp(mapping->name, "[vdso]")))
                return NULL;
        const struct mapping *header = find_header(mapping);
        struct module *module = header ? add_module(header->start, mapping->name) : NULL;

        if (!module)
                return NULL;
        module->inode = mapping->inode;
        module->image.deleted = mapping->deleted;
        if (!mapping->inode)
                take_vdso(module, mapping);
        return module;
}

struct module *modules_find(uint64_t address)
{
        char path[4096];
        uint64_t base;

        for (struct module *module = first; module; module = module->next)
                if (address >= module->low && address < module->high)
                        return module;
        struct module *module = NULL;

        if (have_maps)
                module = find_mapped(address);
        else if (linkmap_find(address, &base, path, sizeof(path)))
                module = add_module(base, path);
        return module && address >= module->low && address < module->high ? module : NULL;
}

bool modules_executable(uint64_t address)
{
        if (have_maps) {
                const struct mapping *mapping = maps_find(address);

                return mapping && mapping->executable;
        }
        const struct module *module = modules_find(address);

        return module && address >= module->text_low && address < module->text_high;
}
