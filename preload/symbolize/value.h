/* A variable's value in words. */
#ifndef SYMBOLIZE_VALUE_H
#define SYMBOLIZE_VALUE_H

#include "expression.h"

/*
 * The value of the variable or parameter die in the frame of view: numbers, characters, names of enumerators, pointers
 * with what short text they lead to; "{...}" stands for what has parts. Null if it cannot be told: *reason says why, in
 * words. To be freed.
 */
char *value_text(const struct view *view, Dwarf_Die *die, const char **reason);

#endif
