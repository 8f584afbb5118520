/* What /proc/self/maps of the crashed process says. */
#ifndef SYMBOLIZE_MAPS_H
#define SYMBOLIZE_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mapping {
        uint64_t start, end, offset, inode;
        bool readable, writable, executable, shared;
        bool deleted;     /* " (deleted)" stood behind the name; the name is without it */
        const char *name; /* "" for anonymous memory, "[stack]", "[vdso]", ... */
};

/* Asks for the maps. Returns 0 or a negative errno; then there are none. */
int maps_load(void);

size_t maps_count(void);
const struct mapping *maps_at(size_t index);

/* The mapping that holds address, or null. */
const struct mapping *maps_find(uint64_t address);

/* The first mapping that starts above address, or null. */
const struct mapping *maps_above(uint64_t address);

#endif
