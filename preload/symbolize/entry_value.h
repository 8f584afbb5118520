/* What a register held when a function was called. */
#ifndef SYMBOLIZE_ENTRY_VALUE_H
#define SYMBOLIZE_ENTRY_VALUE_H

#include "expression.h"

/* True if the expression is this register and nothing else. */
bool entry_value_is_register(const Dwarf_Op *ops, size_t count, uint64_t number);

/* The value of register number when the function of view was called; false if that is not sure. */
bool entry_value(const struct view *view, uint64_t number, int nested, uint64_t *value);

#endif
