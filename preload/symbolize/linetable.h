/* The header of a line table: directories and files. */
#ifndef SYMBOLIZE_LINETABLE_H
#define SYMBOLIZE_LINETABLE_H

#include <elfutils/libdw.h>

#include "bytes.h"

struct line_file {
        const char *name;
        uint64_t directory;
        char *full;        /* made when first asked for */
        const char *brief; /* a part of full */
};

struct linetable {
        struct bytes program;
        uint8_t step, is_stmt, line_range, opcode_base;
        int8_t line_base;
        const uint8_t *operands; /* how many operands standard opcode n has: operands[n - 1] */
        uint64_t first_file;     /* the number of files[0]: 0 in DWARF 5, else 1 */
        struct line_file *files;
        size_t file_count;
        const char **directories;
        size_t directory_count;
        const char *work; /* DW_AT_comp_dir */
};

/* The table of unit or null; kept until another unit's is asked for. */
struct linetable *linetable_of(Dwarf_Die *unit);

/* The file of that number with full and brief set, or null. */
const struct line_file *linetable_file(struct linetable *table, uint64_t number);

#endif
