/* Calculates as DWARF expressions do: numbers of 64 bits on a stack. */
#include "arithmetic.h"

#include <dwarf.h>

void arithmetic_push(struct numbers *on, uint64_t value)
{
        if (on->depth == ARITHMETIC_MOST)
                on->failed = true;
        else
                on->stack[on->depth++] = value;
}

uint64_t arithmetic_pop(struct numbers *on)
{
        if (on->depth)
                return on->stack[--on->depth];
        on->failed = true;
        return 0;
}

/* a is the number that was pushed first. False if it is no operation of two numbers. */
static bool combine(uint8_t atom, uint64_t a, uint64_t b, uint64_t *result)
{
        switch (atom) {
        case DW_OP_plus:
                *result = a + b;
                break;
        case DW_OP_minus:
                *result = a - b;
                break;
        case DW_OP_mul:
                *result = a * b;
                break;
        case DW_OP_and:
                *result = a & b;
                break;
        case DW_OP_or:
                *result = a | b;
                break;
        case DW_OP_xor:
                *result = a ^ b;
                break;
        case DW_OP_shl:
                *result = b < 64 ? a << b : 0;
                break;
        case DW_OP_shr:
                *result = b < 64 ? a >> b : 0;
                break;
        case DW_OP_shra:
                *result = (uint64_t)((int64_t)a >> (b < 64 ? b : 63));
                break;
        case DW_OP_eq:
                *result = a == b;
                break;
        case DW_OP_ne:
                *result = a != b;
                break;
        case DW_OP_lt:
                *result = (int64_t)a < (int64_t)b;
                break;
        case DW_OP_le:
                *result = (int64_t)a <= (int64_t)b;
                break;
        case DW_OP_gt:
                *result = (int64_t)a > (int64_t)b;
                break;
        case DW_OP_ge:
                *result = (int64_t)a >= (int64_t)b;
                break;
        default:
                return false;
        }
        return true;
}

static bool apply_to_two(struct numbers *on, uint8_t atom)
{
        uint64_t result;

        if (!combine(atom, 0, 0, &result))
                return false;
        uint64_t b = arithmetic_pop(on), a = arithmetic_pop(on);

        combine(atom, a, b, &result);
        arithmetic_push(on, result);
        return true;
}

bool arithmetic_apply(struct numbers *on, const Dwarf_Op *op)
{
        uint64_t top, below;

        switch (op->atom) {
        case DW_OP_lit0 ... DW_OP_lit31:
                arithmetic_push(on, (uint64_t)op->atom - DW_OP_lit0);
                return true;
        case DW_OP_const1u ... DW_OP_consts: /* libdw has extended the signs */
                arithmetic_push(on, op->number);
                return true;
        case DW_OP_plus_uconst:
                arithmetic_push(on, arithmetic_pop(on) + op->number);
                return true;
        case DW_OP_neg:
                arithmetic_push(on, -arithmetic_pop(on));
                return true;
        case DW_OP_not:
                arithmetic_push(on, ~arithmetic_pop(on));
                return true;
        case DW_OP_dup:
                top = arithmetic_pop(on);
                arithmetic_push(on, top);
                arithmetic_push(on, top);
                return true;
        case DW_OP_swap:
                top = arithmetic_pop(on);
                below = arithmetic_pop(on);
                arithmetic_push(on, top);
                arithmetic_push(on, below);
                return true;
        case DW_OP_nop:
                return true;
        }
        return apply_to_two(on, op->atom);
}
