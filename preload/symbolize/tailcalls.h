/* Functions that ended with a jump to another function: they have no frame, but DWARF's call sites tell of them. */
#ifndef SYMBOLIZE_TAILCALLS_H
#define SYMBOLIZE_TAILCALLS_H

#include "unwind.h"

/* Inserts them between the frames of stack, where there is only one way they can have gone. */
void tailcalls_insert(struct stack *stack);

#endif
