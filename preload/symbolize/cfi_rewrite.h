/* Checks unwind programs and writes them anew, so that libunwind only ever sees tables without a surprise. */
#ifndef SYMBOLIZE_CFI_REWRITE_H
#define SYMBOLIZE_CFI_REWRITE_H

#include "cfi.h"
#include "cfi_entry.h"

/* The rewritten rules of one module. */
struct cfi_arena {
        uint64_t base; /* where its first byte is said to lie */
        uint8_t *bytes;
        size_t used, room;
        struct rules *rules[4096];
        size_t count;
};

/* Null if the programs hold anything that is not understood. */
const struct rules *cfi_rewrite(struct cfi_arena *arena, const struct module *module, struct cfi_function *function);

/* Rules for pc that were rewritten before, or null. */
const struct rules *cfi_rewritten(const struct cfi_arena *arena, uint64_t pc);

bool cfi_arena_word(const struct cfi_arena *arena, uint64_t address, uint64_t *to);

#endif
