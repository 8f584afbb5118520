/* Runs a unit's line program once, and stops at each address that was asked for. */
#include "lines.h"

#include <dwarf.h>
#include <stdlib.h>

#include "linetable.h"
#include "sequences.h"

struct row {
        uint64_t address, file, line, column;
        bool is_stmt;
};

/* The state of the run: what the rows since the last change of address say together. */
struct run {
        struct linetable *table;
        struct place **places;
        size_t count;
        uint64_t lowest, highest; /* of the wanted addresses */
        struct row now, chosen;
        bool in_sequence; /* chosen is set */
        bool discarded;   /* the linker threw this code away and left its table */
};

static void set_file(struct scope *scope, struct linetable *table, uint64_t number)
{
        const struct line_file *file = linetable_file(table, number);

        if (file) {
                scope->file = file->full;
                scope->brief = file->brief;
        }
}

/* All wanted addresses from the chosen row up to end stand on its line. */
static void settle(struct run *run, uint64_t end)
{
        if (run->discarded || run->chosen.address > run->highest || end <= run->lowest)
                return;
        for (size_t i = 0; i < run->count; i++) {
                struct scope *scope = run->places[i]->scopes;

                if (!scope || run->places[i]->lookup < run->chosen.address || run->places[i]->lookup >= end)
                        continue;
                set_file(scope, run->table, run->chosen.file);
                scope->line = run->chosen.line <= INT32_MAX ? (int)run->chosen.line : 0;
                scope->column = run->chosen.column <= INT32_MAX ? (int)run->chosen.column : 0;
        }
}

/* Of several rows for one address the last statement counts, as in gdb: the others are parts of expressions. */
static void add_row(struct run *run, bool ends)
{
        if (run->in_sequence && run->now.address != run->chosen.address)
                settle(run, run->now.address);
        if (!run->in_sequence || run->now.address != run->chosen.address || run->now.is_stmt || !run->chosen.is_stmt)
                run->chosen = run->now;
        run->in_sequence = !ends;
}

static void start_sequence(struct run *run)
{
        run->now = (struct row){.file = 1, .line = 1, .is_stmt = run->table->is_stmt};
        run->in_sequence = false;
        run->discarded = false;
}

static void run_extended(struct run *run, struct bytes *program)
{
        uint64_t length = bytes_uleb(program);

        if (length > (uint64_t)(program->end - program->at) || !length) {
                program->bad |= length > 0;
                return;
        }
        struct bytes own = {program->at, program->at + length, false};

        program->at += length;
        switch (bytes_number(&own, 1)) {
        case DW_LNE_end_sequence:
                add_row(run, true);
                start_sequence(run);
                break;
        case DW_LNE_set_address:
                run->now.address = bytes_number(&own, 8);
                run->discarded = !run->now.address;
                break;
        }
}

static void run_standard(struct run *run, struct bytes *program, uint8_t opcode)
{
        const struct linetable *table = run->table;

        switch (opcode) {
        case DW_LNS_copy:
                add_row(run, false);
                break;
        case DW_LNS_advance_pc:
                run->now.address += bytes_uleb(program) * table->step;
                break;
        case DW_LNS_advance_line:
                run->now.line += (uint64_t)bytes_sleb(program);
                break;
        case DW_LNS_set_file:
                run->now.file = bytes_uleb(program);
                break;
        case DW_LNS_set_column:
                run->now.column = bytes_uleb(program);
                break;
        case DW_LNS_negate_stmt:
                run->now.is_stmt = !run->now.is_stmt;
                break;
        case DW_LNS_const_add_pc:
                run->now.address += (uint64_t)((255 - table->opcode_base) / table->line_range) * table->step;
                break;
        case DW_LNS_fixed_advance_pc:
                run->now.address += bytes_number(program, 2);
                break;
        default:
                for (uint8_t i = table->operands[opcode - 1]; i > 0; i--)
                        (void)bytes_uleb(program);
        }
}

static void run_sequence(struct run *run, struct bytes program)
{
        struct linetable *table = run->table;

        start_sequence(run);
        while (program.at < program.end && !program.bad) {
                uint8_t opcode = *program.at++;

                if (opcode >= table->opcode_base) {
                        unsigned int special = opcode - table->opcode_base;

                        run->now.address += (uint64_t)(special / table->line_range) * table->step;
                        run->now.line += (uint64_t)(int64_t)(table->line_base + (int)(special % table->line_range));
                        add_row(run, false);
                } else if (opcode) {
                        run_standard(run, &program, opcode);
                } else {
                        run_extended(run, &program);
                }
        }
}

/* Those of its sequences that have a wanted address. */
static void run_program(struct run *run)
{
        struct sequences sequences;
        struct bytes program;
        uint64_t low, high;

        sequences_start(&sequences, run->table);
        while (sequences_next(&sequences, &program, &low, &high)) {
                size_t first = places_from(run->places, run->count, low);

                if (first < run->count && run->places[first]->lookup < high)
                        run_sequence(run, program);
        }
}

void lines_file(Dwarf_Die *unit, uint64_t index, struct scope *scope)
{
        struct linetable *table = linetable_of(unit);

        if (table)
                set_file(scope, table, index);
}

void lines_name(Dwarf_Die *unit, struct place **places, size_t count)
{
        struct run run = {.table = linetable_of(unit), .places = places, .count = count, .lowest = UINT64_MAX};

        places_sort(places, count);
        for (size_t i = 0; i < count; i++) {
                if (!places[i]->scopes) {
                        places[i]->scopes = calloc(1, sizeof(*places[i]->scopes));
                        places[i]->scope_count = places[i]->scopes != NULL;
                }
                if (places[i]->lookup < run.lowest)
                        run.lowest = places[i]->lookup;
                if (places[i]->lookup > run.highest)
                        run.highest = places[i]->lookup;
        }
        if (run.table)
                run_program(&run);
}
