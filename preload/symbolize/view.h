/* A frame of a stopped thread as debug information sees it: its registers, and where it begins. */
#ifndef SYMBOLIZE_VIEW_H
#define SYMBOLIZE_VIEW_H

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

/* Fills view for frame number index; false if its registers are not known for sure. */
bool view_open(struct view *view, const struct stack *stack, size_t index);

#endif
