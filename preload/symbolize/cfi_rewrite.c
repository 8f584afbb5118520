/* Checks unwind programs (DWARF 5, 6.4.2) and writes them anew in their plainest form. */
#include "cfi_rewrite.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "machine.h"

#define CFA_ADVANCE 0x40
#define CFA_OFFSET 0x80
#define CFA_RESTORE 0xc0
#define CFA_ARM_NEGATE_RA 0x2d /* DW_CFA_AARCH64_negate_ra_state */

/* An expression may only go forwards and never divide: libunwind would follow it for ever, or trap. */
static bool sane_expression(struct bytes *from)
{
        uint64_t length = bytes_uleb(from);

        if (from->bad || length > (uint64_t)(from->end - from->at))
                return false;
        struct bytes body = { from->at, from->at + length, false };

        from->at += length;
        while (body.at < body.end && !body.bad) {
                uint8_t op = (uint8_t)bytes_number(&body, 1);

                if (op >= DW_OP_lit0 && op <= DW_OP_reg31)
                        continue;
                if (op >= DW_OP_breg0 && op <= DW_OP_breg31) {
                        (void)bytes_sleb(&body);
                        continue;
                }
                switch (op) {
                case DW_OP_addr: case DW_OP_const8u: case DW_OP_const8s:
                        bytes_skip(&body, 8);
                        break;
                case DW_OP_const4u: case DW_OP_const4s:
                        bytes_skip(&body, 4);
                        break;
                case DW_OP_const2u: case DW_OP_const2s:
                        bytes_skip(&body, 2);
                        break;
                case DW_OP_const1u: case DW_OP_const1s: case DW_OP_pick: case DW_OP_deref_size:
                        bytes_skip(&body, 1);
                        break;
                case DW_OP_constu: case DW_OP_plus_uconst: case DW_OP_consts:
                        (void)bytes_uleb(&body);
                        break;
                case DW_OP_skip: case DW_OP_bra:
                        if (bytes_signed(&body, 2) < 0)
                                return false;
                        break;
                case DW_OP_deref: case DW_OP_dup: case DW_OP_drop: case DW_OP_over: case DW_OP_swap: case DW_OP_rot:
                case DW_OP_abs: case DW_OP_and: case DW_OP_minus: case DW_OP_mul: case DW_OP_neg: case DW_OP_not:
                case DW_OP_or: case DW_OP_plus: case DW_OP_shl: case DW_OP_shr: case DW_OP_shra: case DW_OP_xor:
                case DW_OP_le: case DW_OP_ge: case DW_OP_eq: case DW_OP_lt: case DW_OP_gt: case DW_OP_ne:
                case DW_OP_nop:
                        break;
                default:
                        return false;
                }
        }
        return !body.bad;
}

static bool sane_register(struct bytes *from)
{
        return bytes_uleb(from) <= MACHINE_PC;
}

/* One instruction with its operands. */
static bool sane_instruction(struct bytes *from, uint8_t op, int *depth)
{
        switch (op & 0xc0) {
        case CFA_ADVANCE:
                return true;
        case CFA_OFFSET:
                (void)bytes_uleb(from);
                return true; /* libunwind refuses registers that it does not know */
        case CFA_RESTORE:
                return true;
        }
        switch (op) {
        case DW_CFA_nop:
                return true;
        case DW_CFA_advance_loc1:
                bytes_skip(from, 1);
                return true;
        case DW_CFA_advance_loc2:
                bytes_skip(from, 2);
                return true;
        case DW_CFA_advance_loc4:
                bytes_skip(from, 4);
                return true;
        case DW_CFA_remember_state:
                return ++*depth <= 64;
        case DW_CFA_restore_state:
                return --*depth >= 0;
        case DW_CFA_restore_extended: case DW_CFA_undefined: case DW_CFA_same_value: case DW_CFA_def_cfa_register:
                return sane_register(from);
        case DW_CFA_register:
                return sane_register(from) && sane_register(from);
        case DW_CFA_offset_extended: case DW_CFA_def_cfa: case DW_CFA_val_offset:
        case DW_CFA_GNU_negative_offset_extended: case DW_CFA_offset_extended_sf: case DW_CFA_def_cfa_sf:
        case DW_CFA_val_offset_sf:
                if (!sane_register(from))
                        return false;
                (void)bytes_uleb(from);
                return true;
        case DW_CFA_def_cfa_offset: case DW_CFA_def_cfa_offset_sf: case DW_CFA_GNU_args_size:
                (void)bytes_uleb(from);
                return true;
        case DW_CFA_def_cfa_expression:
                return sane_expression(from);
        case DW_CFA_expression: case DW_CFA_val_expression:
                return sane_register(from) && sane_expression(from);
        default:
                return false; /* also DW_CFA_set_loc, whose encoding is not kept */
        }
}

static bool sane_program(uint8_t *program, size_t length, bool common)
{
        struct bytes from = { program, program + length, false };
        int depth = 0;

        while (from.at < from.end && !from.bad) {
                uint8_t op = (uint8_t)bytes_number(&from, 1);

                if (op == CFA_ARM_NEGATE_RA && MACHINE_RETURN == 30) {
                        /* libunwind 1.6.2 does not know it; machine_code_address() takes the signature away. */
                        program[from.at - program - 1] = DW_CFA_nop;
                        continue;
                }
                if (!sane_instruction(&from, op, &depth) || (common && depth))
                        return false;
        }
        return !from.bad;
}

static void put(uint8_t **to, uint64_t value, size_t size)
{
        memcpy(*to, &value, size);
        *to += size;
}

static void put_uleb(uint8_t **to, uint64_t value)
{
        do {
                *(*to)++ = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
                value >>= 7;
        } while (value);
}

static void put_sleb(uint8_t **to, int64_t value)
{
        bool more = true;

        while (more) {
                uint8_t byte = value & 0x7f;

                value >>= 7;
                more = !((!value && !(byte & 0x40)) || (value == -1 && (byte & 0x40)));
                *(*to)++ = byte | (more ? 0x80 : 0);
        }
}

static void put_bytes(uint8_t **to, const uint8_t *bytes, size_t length)
{
        memcpy(*to, bytes, length);
        *to += length;
}

/* Room for one more function, or null. The bytes may move, their addresses do not. */
static uint8_t *reserve(struct cfi_arena *arena, const struct module *module, size_t length)
{
        if (arena->used + length > arena->room) {
                size_t room = arena->room * 2 + length + 4096;
                uint8_t *larger = realloc(arena->bytes, room);

                if (!larger)
                        return NULL;
                arena->bytes = larger;
                arena->room = room;
        }
        arena->base = module->low;
        return arena->used + length < module->high - module->low ? arena->bytes + arena->used : NULL;
}

const struct rules *cfi_rewrite(struct cfi_arena *arena, const struct module *module, struct cfi_function *function)
{
        size_t most = function->common_length + function->own_length + 128;
        uint8_t *start, *at, *cie, *fde;
        struct rules *rules;

        if (arena->count == sizeof(arena->rules) / sizeof(arena->rules[0]) ||
            !sane_program(function->common, function->common_length, true) ||
            !sane_program(function->own, function->own_length, false) ||
            function->start - module->low > INT32_MAX || !(start = reserve(arena, module, most)) ||
            !(rules = calloc(1, sizeof(*rules))))
                return NULL;
        /* The search table is written last, when it is known where the FDE is. */
        at = cie = start + 8;
        put(&at, 0, 4);
        put(&at, 0, 4); /* a CIE of .eh_frame */
        put(&at, 1, 1);
        put_bytes(&at, (const uint8_t *)"zR", 3);
        put_uleb(&at, function->code_step);
        put_sleb(&at, function->data_step);
        put(&at, MACHINE_RETURN, 1);
        put_uleb(&at, 1);
        put(&at, DW_EH_PE_absptr, 1);
        put_bytes(&at, function->common, function->common_length);
        put(&cie, (uint64_t)(at - cie) - 4, 4);
        fde = at;
        put(&at, 0, 4);
        put(&at, (uint64_t)(at - (start + 8)), 4);
        put(&at, function->start, 8);
        put(&at, function->end - function->start, 8);
        put_uleb(&at, 0);
        put_bytes(&at, function->own, function->own_length);
        rules->start = function->start;
        rules->end = function->end;
        rules->signal = function->signal;
        rules->base = module->low;
        rules->table = arena->base + arena->used;
        put(&start, function->start - module->low, 4);
        put(&start, arena->used + (size_t)(fde - (start - 4)), 4);
        put(&fde, (uint64_t)(at - fde) - 4, 4);
        arena->used = ((size_t)(at - arena->bytes) + 7) & ~(size_t)7;
        arena->rules[arena->count++] = rules;
        return rules;
}

const struct rules *cfi_rewritten(const struct cfi_arena *arena, uint64_t pc)
{
        for (size_t i = arena->count; i-- > 0;)
                if (pc >= arena->rules[i]->start && pc < arena->rules[i]->end)
                        return arena->rules[i];
        return NULL;
}

bool cfi_arena_word(const struct cfi_arena *arena, uint64_t address, uint64_t *to)
{
        if (!arena->used || address - arena->base >= arena->used)
                return false;
        memset(to, 0, sizeof(*to));
        size_t left = arena->used - (size_t)(address - arena->base);

        memcpy(to, arena->bytes + (address - arena->base), left < sizeof(*to) ? left : sizeof(*to));
        return true;
}
