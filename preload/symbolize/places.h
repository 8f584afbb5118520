/* What is known of a code address: module, function, source line, functions inlined there. */
#ifndef SYMBOLIZE_PLACES_H
#define SYMBOLIZE_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image.h"

/* One function at an address; several if calls were inlined. */
struct scope {
        char *function;    /* readable name, null if it has none */
        const char *file;  /* where the address, or the inlined call, stands in the source; null if unknown */
        const char *brief; /* the part of file that a person needs */
        int line, column;  /* 0 if unknown */
};

/* Where a name came from. */
enum name_source {
        NAME_NONE,
        NAME_MEMORY, /* .dynsym as the process has it in memory */
        NAME_DYNSYM,
        NAME_MINI, /* .gnu_debugdata */
        NAME_SYMTAB,
        NAME_DEBUG_SYMTAB,
        NAME_PERF_MAP, /* a JIT compiler's own list */
};

struct place {
        struct image *image; /* null: in no module */
        uint64_t address;    /* the frame's pc in the ELF file's numbering, or as it is without a module */
        uint64_t lookup;     /* the address to look up: pc - 1 behind a call */
        char *symbol;        /* from a symbol table, readable; null if there is none */
        char *raw_symbol;    /* as the table has it */
        uint64_t symbol_start;
        bool unsized; /* the symbol does not say how far it reaches, but nothing else is there */
        enum name_source source;
        struct scope *scopes; /* from DWARF, innermost first */
        size_t scope_count;
        bool dwarf_tried;
        uint64_t entry; /* from DWARF: where the function around all scopes begins, 0 if unknown */
        /* The function that the call right before address goes to, from DWARF; all empty if it is indirect. */
        struct callee {
                const char *linkage, *name;
                uint64_t entry;
        } calls;
};

/* The one place for this address; made if it is new. Null without memory. */
struct place *places_get(struct image *image, uint64_t address, uint64_t lookup);

/* All places of an image. The array stays valid until the next call. */
struct place **places_of(const struct image *image, size_t *count);

/* By their addresses to look up; which of them, then, is the first that does not lie before address. */
void places_sort(struct place **unsorted, size_t count);
size_t places_from(struct place *const *sorted, size_t count, uint64_t address);

/* First pass: names from symbol tables. */
void places_name_symbols(void);

/* Names code in no module from the list of a JIT compiler, if process pid below root ("" is ours) has left one. */
void places_name_jit(const char *root, int pid);

/* Second pass: source lines and inlined functions from DWARF. after_unit may be null; it is called now and then. */
void places_name_dwarf(void (*after_unit)(void));

#endif
