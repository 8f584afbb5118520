/* Reads the entries of .eh_frame and .debug_frame (DWARF 5, 6.4.1; LSB for .eh_frame). */
#ifndef SYMBOLIZE_CFI_ENTRY_H
#define SYMBOLIZE_CFI_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CFI_MOST_PROGRAM 4096

struct cfi_section {
        const uint8_t *bytes; /* its contents, or null: they are read in the process at address */
        uint64_t address;     /* where it starts in the process; .debug_frame, which is not loaded: 0 */
        uint64_t length;
        uint64_t bias; /* .debug_frame: what is added to its code addresses */
        bool debug_frame;
};

/* What a CIE and an FDE say about one function. */
struct cfi_function {
        uint64_t start, end;
        uint64_t code_step;
        int64_t data_step;
        bool signal;
        size_t common_length, own_length; /* the programs of the CIE and of the FDE */
        uint8_t common[CFI_MOST_PROGRAM], own[CFI_MOST_PROGRAM];
};

/* Sets *next to the entry behind the one at address. 1: it is an FDE, 0: a CIE, -1: the table ends or is damaged. */
int cfi_entry_next(const struct cfi_section *section, uint64_t address, uint64_t *next);

/* Reads the FDE at address together with its CIE; false unless everything in it is understood. */
bool cfi_entry_function(const struct cfi_section *section, uint64_t address, struct cfi_function *function);

#endif
