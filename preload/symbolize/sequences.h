/* The sequences of a line program: each says where a stretch of code is, and most of them do not matter. */
#ifndef SYMBOLIZE_SEQUENCES_H
#define SYMBOLIZE_SEQUENCES_H

#include "linetable.h"

struct sequences {
        const struct linetable *table;
        struct bytes rest;
        uint64_t advance[256]; /* what the opcode alone adds to the address */
        uint8_t operands[256]; /* how many numbers follow it; SEQUENCES_OTHER: it is not that simple */
};

#define SEQUENCES_OTHER 255

void sequences_start(struct sequences *sequences, const struct linetable *table);

/* The opcodes of the next sequence, all of whose rows have addresses from low to high; false behind the last one. */
bool sequences_next(struct sequences *sequences, struct bytes *program, uint64_t *low, uint64_t *high);

#endif
