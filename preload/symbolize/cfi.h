/* Unwind rules: finds them in .eh_frame_hdr, .eh_frame or .debug_frame and makes them safe for libunwind. */
#ifndef SYMBOLIZE_CFI_H
#define SYMBOLIZE_CFI_H

#include <stdbool.h>
#include <stdint.h>

#include "modules.h"

/*
 * The rules for one function, written anew as a search table with one entry, one CIE and one FDE in their plainest form.
 * They lie at addresses inside the module's own range, where no stack can be, and only cfi_word() can read them.
 */
struct rules {
        uint64_t start, end; /* the instructions that they hold for */
        uint64_t base;       /* what the table's offsets count from */
        uint64_t table;      /* where the table with one entry lies */
        bool signal;         /* the function is a signal return trampoline */
};

/* The rules for pc or null. They stay valid. */
const struct rules *cfi_find(struct module *module, uint64_t pc);

/* Reads one word of the rewritten rules of module; false if address is not among them. */
bool cfi_word(const struct module *module, uint64_t address, uint64_t *to);

#endif
