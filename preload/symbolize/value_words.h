/* Words for values, by the kind of their type. What is returned is to be freed. */
#ifndef SYMBOLIZE_VALUE_WORDS_H
#define SYMBOLIZE_VALUE_WORDS_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VALUE_MOST_TEXT 64 /* bytes of a text */

extern const char value_other_type[]; /* the reason for a type that has no words */

/* The type of die, behind typedefs, const and volatile. False if there is none (void). */
bool value_type(Dwarf_Die *die, Dwarf_Die *type);

/* A number among the attributes of die. */
uint64_t value_number(Dwarf_Die *die, unsigned int name, uint64_t otherwise);

/* True if an array of it is a text. */
bool value_is_character(Dwarf_Die *type);

/* The bytes in quotes, harmless; at most VALUE_MOST_TEXT. cut: there are more. */
char *value_quoted(const char *bytes, size_t length, bool cut);

/* An address, and the text there. */
char *value_pointer(Dwarf_Die *type, uint64_t value);

/* The enumerator's name, or a number without one. */
char *value_enumerator(Dwarf_Die *type, uint64_t value, uint64_t size);

/* A number, a character or a truth value. Null with *reason set if there are no words for it. */
char *value_base(Dwarf_Die *type, const unsigned char *bytes, size_t size, const char **reason);

#endif
