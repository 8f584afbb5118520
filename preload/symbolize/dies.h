/* Walks the trees of DIEs; of most it only finds out where they end. */
#ifndef SYMBOLIZE_DIES_H
#define SYMBOLIZE_DIES_H

#include <elfutils/libdw.h>

#include "abbreviations.h"

/* The sections that trees are made of. */
struct dies_sections {
        Dwarf *dwarf;
        struct bytes info, abbreviations, addresses, old_ranges, ranges;
        bool split; /* a .dwo file or a part of a package: the addresses are in another file */
};

/* A unit (DWARF 2 to 5). */
struct tree {
        const struct dies_sections *sections;
        uint64_t offset, next; /* of it and of the unit behind it */
        const uint8_t *dies;   /* its own DIE comes first */
        const uint8_t *end;
        uint8_t version, type, offset_size;
        uint64_t base;                      /* of its code */
        uint64_t address_base, ranges_base; /* UINT64_MAX: not said */
        struct abbreviations *table;
};

struct die {
        struct die *parent; /* null for a unit's own */
        uint64_t offset;    /* in .debug_info */
        const uint8_t *values;
        const uint8_t *end; /* of its subtree; null: nobody knows yet */
        struct abbreviation kind;
};

struct die_value {
        uint64_t form;   /* 0: there is none */
        uint64_t number; /* or offset, or index, as the form is; 0 for strings and blocks */
};

/* Of dwarf, which must stay. */
void dies_sections(Dwarf *dwarf, struct dies_sections *sections);

/*
 * The unit whose header is at offset. False if it makes no sense; then tree->next is where the next one is all the same,
 * or 0 if nobody knows.
 */
bool dies_unit(struct tree *tree, const struct dies_sections *sections, uint64_t offset);

/* The unit's own DIE, first of all. */
bool dies_top(struct tree *tree, struct die *unit);

/* The unit with that own DIE of libdw's; sections, which are filled, must stay as long as the tree. */
bool dies_unit_of(struct tree *tree, struct dies_sections *sections, Dwarf_Die *of, struct die *unit);

/* The DIE at at, whose parent is set; false if a chain of siblings ends there. */
bool dies_start(struct tree *tree, const uint8_t *at, struct die *die);

/* The first child, and the DIE behind a subtree; false at the end. A parent must stay while its children are walked. */
bool dies_child(struct tree *tree, struct die *parent, struct die *child);
bool dies_next(struct tree *tree, struct die *die);

/* The value of that attribute. */
struct die_value dies_find(const struct tree *tree, const struct die *die, unsigned int name);

/* The value at from, which is behind it then. */
struct die_value dies_value(const struct tree *tree, const struct attribute *attribute, struct bytes *from);

/* Address number index of .debug_addr. */
bool dies_address(const struct tree *tree, uint64_t index, uint64_t *address);

/* The same DIE for libdw. */
bool dies_for_libdw(const struct tree *tree, const struct die *die, Dwarf_Die *to);

#endif
