/* The dynamic loader's list of modules, for a process that has no /proc. */
#ifndef SYMBOLIZE_LINKMAP_H
#define SYMBOLIZE_LINKMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Walks the list. True if at least the executable was found. */
bool linkmap_load(void);

/* Where the ELF header of the module with the highest base below address is, and its path. */
bool linkmap_find(uint64_t address, uint64_t *base, char *path, size_t room);

#endif
