/* The loaded modules, from the loader's own list: read only, without locks or system calls that change anything. */
#ifndef SIGGUARD_MODULES_H
#define SIGGUARD_MODULES_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "insignal/out.h"

/* The first of the loader's list, or null if there is no loader we know. Safe in a signal handler. */
struct link_map *modules_first(void);

/* Whether the loader is glibc's; else it is musl's or none. */
bool modules_is_glibc(void);

/* Our own entry in it, or null. */
struct link_map *modules_own(void);

/* Program headers of the executable, which the list does not lead to if it is not position independent. */
void modules_learn_executable(const void *headers, size_t count);

struct module {
        const char *path;        /* as the loader has it; the executable's is guard.executable. Not to be kept */
        uint64_t bias;           /* load address minus p_vaddr: an address in the file is pc - bias */
        uint64_t start, end;     /* of its lowest and highest segment in memory */
        const uint8_t *build_id; /* in the module's own memory, null if it has none */
        size_t build_id_size;
        const struct link_map *map;
        const Elf64_Phdr *headers;
        size_t header_count;
};

/* The module that holds address. Answers false if none does. Safe in a signal handler and with a damaged list. */
bool modules_find(uint64_t address, struct module *found);

/* An address in the executable: its first program header. 0 if there is none. */
uint64_t modules_executable(void);

/* Appends "/usr/bin/service+0x1139" (path escaped), or the bare address if it is in no module. */
void modules_name(struct out *to, uint64_t address);

/* Whether size bytes at address can be read; asked of the kernel, page by page. Safe in a signal handler. */
bool modules_readable(uint64_t address, size_t size);

#endif
