/* Full names of functions that DWARF only gives a short one: namespaces and classes around them. */
#ifndef SYMBOLIZE_QUALIFY_H
#define SYMBOLIZE_QUALIFY_H

#include <elfutils/libdw.h>
#include <stddef.h>

/* One function whose name is asked for. */
struct qualified {
        Dwarf_Die die;      /* the concrete or inlined function */
        char *name;         /* set by qualify_all(), to be freed; null if it has none */
        Dwarf_Die declared; /* where its name stands */
        const char *brief;
};

/* Names all of them; each unit's tree is walked at most once, and once more for a function around some of them. */
void qualify_all(struct qualified *functions, size_t count);

#endif
