/* Function names from symbol tables, and nothing outside a symbol's size. */
#ifndef SYMBOLIZE_SYMBOLS_H
#define SYMBOLIZE_SYMBOLS_H

#include <stdint.h>

#include "places.h"

/* Names all places that lie in image, whose addresses count in the ELF file's numbering. Reads each table once. */
void symbols_name(struct image *image, struct place **places, size_t count);

/* Where the function that holds the address in the process begins, in the process, and its raw name; 0 if no symbol
 * says so. */
uint64_t symbols_function(uint64_t address, const char **name);

/* Where the function of that name begins in image, in the file's numbering; 0 unless there is exactly one. */
uint64_t symbols_entry(struct image *image, const char *name);

/* The nearest start of any function at or below the address, both in the process; 0 if none is known. */
uint64_t symbols_nearest(uint64_t address);

/* The address in the process of a data symbol of module, from .dynsym or .symtab; 0 if there is none. */
struct module;
uint64_t symbols_data(struct module *module, const char *name);

#endif
