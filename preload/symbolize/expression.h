/* Where DWARF says that a value lies, worked out for one frame of a stopped thread. */
#ifndef SYMBOLIZE_EXPRESSION_H
#define SYMBOLIZE_EXPRESSION_H

#include <elfutils/libdw.h>
#include <stdbool.h>

#include "enclosing.h"
#include "unwind.h"

/* A frame whose registers are known. */
struct view {
        const struct stack *stack;
        size_t index;
        const struct registers *registers;
        bool all_registers; /* else only those that a call leaves as they are */
        bool is_go;         /* there a call leaves none but stack and frame pointer */
        bool has_cfa;
        uint64_t cfa;
        uint64_t bias;
        struct enclosing
                around; /* blocks and functions around the place; the first is the function that has the frame */
};

enum location_kind { LOCATION_NONE, LOCATION_MEMORY, LOCATION_VALUE, LOCATION_BYTES };

struct location {
        enum location_kind kind;
        uint64_t value;     /* the address, or the value itself */
        Dwarf_Block bytes;  /* LOCATION_BYTES */
        const char *reason; /* LOCATION_NONE: why, in words */
};

/* Fills view for frame number index; false if its registers are not known for sure. */
bool expression_view(struct view *view, const struct stack *stack, size_t index);

/* Works out a location attribute. */
struct location expression_locate(const struct view *view, Dwarf_Attribute *attribute);

#endif
