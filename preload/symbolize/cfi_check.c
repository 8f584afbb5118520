/* Checks unwind programs (DWARF 5, 6.4.2) before libunwind runs them. */
#include "cfi_check.h"

#include <dwarf.h>
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
        struct bytes body = {from->at, from->at + length, false};

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
                case DW_OP_addr:
                case DW_OP_const8u:
                case DW_OP_const8s:
                        bytes_skip(&body, 8);
                        break;
                case DW_OP_const4u:
                case DW_OP_const4s:
                        bytes_skip(&body, 4);
                        break;
                case DW_OP_const2u:
                case DW_OP_const2s:
                        bytes_skip(&body, 2);
                        break;
                case DW_OP_const1u:
                case DW_OP_const1s:
                case DW_OP_pick:
                case DW_OP_deref_size:
                        bytes_skip(&body, 1);
                        break;
                case DW_OP_constu:
                case DW_OP_plus_uconst:
                case DW_OP_consts:
                        (void)bytes_uleb(&body);
                        break;
                case DW_OP_skip:
                case DW_OP_bra:
                        if (bytes_signed(&body, 2) < 0)
                                return false;
                        break;
                case DW_OP_deref:
                case DW_OP_dup:
                case DW_OP_drop:
                case DW_OP_over:
                case DW_OP_swap:
                case DW_OP_rot:
                case DW_OP_abs:
                case DW_OP_and:
                case DW_OP_minus:
                case DW_OP_mul:
                case DW_OP_neg:
                case DW_OP_not:
                case DW_OP_or:
                case DW_OP_plus:
                case DW_OP_shl:
                case DW_OP_shr:
                case DW_OP_shra:
                case DW_OP_xor:
                case DW_OP_le:
                case DW_OP_ge:
                case DW_OP_eq:
                case DW_OP_lt:
                case DW_OP_gt:
                case DW_OP_ne:
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

/* One that is saved. libunwind refuses those that it does not know: they are passed over. */
static bool known_column(struct bytes *from)
{
        return bytes_uleb(from) < MACHINE_COLUMNS;
}

static bool sane_registers(struct bytes *from)
{
        bool first = sane_register(from), second = sane_register(from);

        return first && second;
}

/* One instruction with its operands; known is false if it is about a register that libunwind does not know. */
static bool sane_instruction(struct bytes *from, uint8_t op, int *depth, bool *known)
{
        *known = true;
        switch (op & 0xc0) {
        case CFA_ADVANCE:
                return true;
        case CFA_OFFSET:
                (void)bytes_uleb(from);
                *known = (op & 0x3f) < MACHINE_COLUMNS;
                return true;
        case CFA_RESTORE:
                *known = (op & 0x3f) < MACHINE_COLUMNS;
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
        case DW_CFA_restore_extended:
        case DW_CFA_undefined:
        case DW_CFA_same_value:
                *known = known_column(from);
                return true;
        case DW_CFA_def_cfa_register:
                return sane_register(from);
        case DW_CFA_register:
                return sane_registers(from);
        case DW_CFA_def_cfa:
        case DW_CFA_def_cfa_sf:
                if (!sane_register(from))
                        return false;
                (void)bytes_uleb(from);
                return true;
        case DW_CFA_offset_extended:
        case DW_CFA_val_offset:
        case DW_CFA_GNU_negative_offset_extended:
        case DW_CFA_offset_extended_sf:
        case DW_CFA_val_offset_sf:
                *known = known_column(from);
                (void)bytes_uleb(from);
                return true;
        case DW_CFA_def_cfa_offset:
        case DW_CFA_def_cfa_offset_sf:
        case DW_CFA_GNU_args_size:
                (void)bytes_uleb(from);
                return true;
        case DW_CFA_def_cfa_expression:
                return sane_expression(from);
        case DW_CFA_expression:
        case DW_CFA_val_expression:
                *known = known_column(from);
                return sane_expression(from);
        default:
                return false; /* also DW_CFA_set_loc, whose encoding is not kept */
        }
}

bool cfi_check(uint8_t *program, size_t length, bool common)
{
        struct bytes from = {program, program + length, false};
        int depth = 0;
        bool known;

        while (from.at < from.end && !from.bad) {
                uint8_t *start = program + (from.at - program);
                uint8_t op = (uint8_t)bytes_number(&from, 1);

                if (op == CFA_ARM_NEGATE_RA && MACHINE_RETURN == 30) {
                        /* libunwind 1.6.2 does not know it; machine_code_address() takes the signature away. */
                        *start = DW_CFA_nop;
                        continue;
                }
                if (!sane_instruction(&from, op, &depth, &known) || (common && depth))
                        return false;
                /* Registers of floating-point values, as xmm6 of an ms_abi function: nothing is counted from them. */
                if (!known)
                        memset(start, DW_CFA_nop, (size_t)(from.at - start));
        }
        return !from.bad;
}
