/*
 * Runs over line programs and minds addresses alone: in C++ each instance of a template has a sequence of its own, and of
 * the thousands in a unit one or two have a wanted address. To make rows of all of them took a fifth of the helper's time.
 */
#include "sequences.h"

#include <dwarf.h>

void sequences_start(struct sequences *sequences, const struct linetable *table)
{
        *sequences = (struct sequences){.table = table, .rest = table->program};
        for (unsigned int opcode = 0; opcode < 256; opcode++) {
                uint64_t special = opcode - (uint64_t)table->opcode_base;

                if (opcode >= table->opcode_base)
                        sequences->advance[opcode] = special / table->line_range * table->step;
                else if (opcode == DW_LNS_const_add_pc)
                        sequences->advance[opcode] =
                                (uint64_t)((255u - table->opcode_base) / table->line_range) * table->step;
                else if (!opcode || opcode == DW_LNS_advance_pc || opcode == DW_LNS_fixed_advance_pc)
                        sequences->operands[opcode] = SEQUENCES_OTHER;
                else
                        sequences->operands[opcode] = table->operands[opcode - 1];
        }
}

/* Opcode 0; true if the sequence ends with it. */
static bool skip_extended(struct bytes *program, uint64_t *address)
{
        uint64_t length = bytes_uleb(program);
        struct bytes own = *program;

        bytes_skip(program, length);
        if (!length || program->bad)
                return false;
        switch (bytes_number(&own, 1)) {
        case DW_LNE_end_sequence:
                return true;
        case DW_LNE_set_address:
                *address = bytes_number(&own, 8);
                return false;
        }
        return false;
}

bool sequences_next(struct sequences *sequences, struct bytes *program, uint64_t *low, uint64_t *high)
{
        struct bytes rest = sequences->rest;
        uint64_t address = 0;
        bool ended = false;

        if (rest.bad || rest.at >= rest.end)
                return false;
        *program = rest;
        *low = UINT64_MAX;
        *high = 0;
        while (!ended && rest.at < rest.end && !rest.bad) {
                uint8_t opcode = *rest.at++, operands = sequences->operands[opcode];

                address += sequences->advance[opcode];
                /* Nearly all have none, or one of a single byte: one guess of the processor for both, and it is right. */
                if (operands <= 1 && rest.at < rest.end && !(*rest.at & (uint8_t)-operands & 0x80)) {
                        rest.at += operands;
                        continue;
                }
                if (operands != SEQUENCES_OTHER) {
                        for (; operands; operands--)
                                (void)bytes_uleb(&rest);
                        continue;
                }
                *high = address > *high ? address : *high;
                if (opcode == DW_LNS_advance_pc)
                        address += bytes_uleb(&rest) * sequences->table->step;
                else if (opcode == DW_LNS_fixed_advance_pc)
                        address += bytes_number(&rest, 2);
                else
                        ended = skip_extended(&rest, &address);
                *low = address < *low ? address : *low;
                *high = address > *high ? address : *high;
        }
        program->end = rest.at;
        sequences->rest = rest;
        return true;
}
