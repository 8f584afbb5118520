/* The ELF header of a module in the process's memory. */
#ifndef SYMBOLIZE_HEADERS_H
#define SYMBOLIZE_HEADERS_H

#include "maps.h"
#include "modules.h"

/*
 * Fills module from the program headers of the ELF header at base. False if that is no ELF header of this machine, or of
 * a file that does not have the mapping (if not null) where it is.
 */
bool headers_read(struct module *module, uint64_t base, const struct mapping *mapping);

#endif
