/* Walks the dynamic loader's list of modules (<link.h>: r_debug, link_map) in the crashed process's memory. */
#include "linkmap.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "../protocol.h"
#include "memory.h"
#include "peer.h"

#define MOST_MODULES 1024

static struct {
        uint64_t base;
        uint64_t name; /* address of the path in the process, 0 for the executable and the vdso */
} modules[MOST_MODULES];
static size_t count;
static char executable[4096];

static uint64_t auxiliary(const Elf64_auxv_t *vector, size_t entries, uint64_t type)
{
        for (size_t i = 0; i < entries; i++)
                if (vector[i].a_type == type)
                        return vector[i].a_un.a_val;
        return 0;
}

static void add(uint64_t base, uint64_t name)
{
        if (base && count < MOST_MODULES) {
                modules[count].base = base;
                modules[count++].name = name;
        }
}

/* A module's ELF header: its lowest page, where the loader's bias plus the first segment leads; bias is that page for
 * everything but executables with fixed addresses, and those are found by their program headers. */
static void walk(uint64_t debug)
{
        uint64_t at, bias, name;

        if (!memory_word(debug + 8, &at))
                return;
        for (size_t i = 0; at && i < MOST_MODULES; i++) {
                uint64_t here = at;

                if (!memory_word(here, &bias) || !memory_word(here + 8, &name) || !memory_word(here + 24, &at))
                        return;
                if (i) /* the first is the executable */
                        add(bias, name);
        }
}

static uint64_t find_debug(uint64_t dynamic)
{
        Elf64_Dyn entry;

        for (int i = 0; i < 256; i++) {
                if (!memory_copy(dynamic + (uint64_t)i * sizeof(entry), &entry, sizeof(entry)) ||
                    entry.d_tag == DT_NULL)
                        return 0;
                if (entry.d_tag == DT_DEBUG)
                        return entry.d_un.d_ptr;
        }
        return 0;
}

bool linkmap_load(void)
{
        Elf64_auxv_t vector[64];
        long got = peer_ask(ASK_AUXV, 0, sizeof(vector), vector, sizeof(vector));
        size_t entries = got > 0 ? (size_t)got / sizeof(vector[0]) : 0;

        if (entries > 64)
                entries = 64;
        uint64_t headers = auxiliary(vector, entries, AT_PHDR), number = auxiliary(vector, entries, AT_PHNUM);
        uint64_t name = auxiliary(vector, entries, AT_EXECFN), bias = 0, dynamic = 0;
        Elf64_Phdr header;

        if (!headers || number > 64)
                return false;
        if (name)
                memory_string(name, executable, sizeof(executable));
        for (uint64_t i = 0; i < number; i++) {
                if (!memory_copy(headers + i * sizeof(header), &header, sizeof(header)))
                        return false;
                if (header.p_type == PT_PHDR)
                        bias = headers - header.p_vaddr;
                if (header.p_type == PT_DYNAMIC)
                        dynamic = header.p_vaddr;
        }
        /* Linkers put the program headers into the first page, behind the ELF header. */
        add(headers & ~(uint64_t)4095, 0);
        add(auxiliary(vector, entries, AT_SYSINFO_EHDR), 0);
        uint64_t debug = dynamic ? find_debug(dynamic + bias) : 0;

        if (debug)
                walk(debug);
        return true;
}

bool linkmap_find(uint64_t address, uint64_t *base, char *path, size_t room)
{
        size_t best = count;

        for (size_t i = 0; i < count; i++)
                if (modules[i].base <= address && (best == count || modules[i].base > modules[best].base))
                        best = i;
        if (best == count)
                return false;
        *base = modules[best].base;
        if (!modules[best].name || !memory_string(modules[best].name, path, room))
                snprintf(path, room, "%s", best ? "[vdso]" : executable[0] ? executable : "?");
        return true;
}
