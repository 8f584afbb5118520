/* The stack of a DWARF expression, and the operations that need nothing but what lies on it (DWARF 5, 2.5.1). */
#ifndef SYMBOLIZE_ARITHMETIC_H
#define SYMBOLIZE_ARITHMETIC_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARITHMETIC_MOST 32

struct numbers {
        uint64_t stack[ARITHMETIC_MOST];
        size_t depth;
        bool failed; /* too many, or too few for an operation */
};

void arithmetic_push(struct numbers *on, uint64_t value);

/* 0 if there is none. */
uint64_t arithmetic_pop(struct numbers *on);

/* False if the operation is none of those; nothing has changed then. */
bool arithmetic_apply(struct numbers *on, const Dwarf_Op *op);

#endif
