/* The symbol table that some distributions leave in stripped files, compressed: section .gnu_debugdata. */
#ifndef SYMBOLIZE_MINIDEBUG_H
#define SYMBOLIZE_MINIDEBUG_H

#include "image.h"

/* The ELF file inside elf's .gnu_debugdata, or null; why says what hinders if there is one that cannot be read. */
Elf *minidebug_open(Elf *elf, const char **why);

#endif
