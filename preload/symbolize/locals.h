/* Arguments and local variables of the innermost frames of the crashed thread. */
#ifndef SYMBOLIZE_LOCALS_H
#define SYMBOLIZE_LOCALS_H

#include "unwind.h"

#define LOCALS_FRAMES 32    /* of so many frames the registers are kept */
#define LOCALS_SHOWN 8      /* functions with variables that are shown */
#define LOCALS_VARIABLES 24 /* of one function */

struct variable {
        char *name;
        char *value; /* null: reason says why, in words */
        const char *reason;
        bool argument;
};

/* A function, or one that is inlined into it. */
struct variables {
        size_t frame, scope; /* indexes of the stack's frame and of its place's scope */
        struct variable list[LOCALS_VARIABLES];
        size_t count, left_out;
};

struct locals {
        struct variables functions[LOCALS_SHOWN];
        size_t count;
};

/* What DWARF tells of the stack's variables. Null without memory. */
const struct locals *locals_find(const struct stack *stack);

#endif
