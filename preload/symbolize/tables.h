/* One step up the stack by unwind tables, through libunwind. */
#ifndef SYMBOLIZE_TABLES_H
#define SYMBOLIZE_TABLES_H

#include "unwind.h"

/* FOUND_TABLES with *to filled, 0 if this is the outermost frame, -1 if no table holds for the frame. */
int tables_step(const struct frame *frame, const struct registers *from, struct registers *to);

#endif
