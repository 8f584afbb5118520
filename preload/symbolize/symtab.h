/* Symbol tables as arrays, from a file's section or from a module's memory. */
#ifndef SYMBOLIZE_SYMTAB_H
#define SYMBOLIZE_SYMTAB_H

#include "image.h"

struct symtab {
        const Elf64_Sym *symbols;
        size_t count;
        const char *strings;
        size_t strings_length;
        Elf *elf; /* where the symbols' sections are, or null */
};

/* The table in section name (".symtab", ".dynsym") of elf. */
bool symtab_from_file(Elf *elf, const char *name, struct symtab *table);

struct module;

/* .dynsym as the module has it in memory: DT_SYMTAB, DT_STRTAB and a hash table for its length. Never freed. */
bool symtab_from_memory(const struct module *module, struct symtab *table);

/* The symbol's name or "". */
const char *symtab_string(const struct symtab *table, const Elf64_Sym *symbol);

#endif
