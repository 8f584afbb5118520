/* Works out DWARF location expressions: the operations that compilers use for plain variables. */
#include "expression.h"

#include <dwarf.h>

#include "arithmetic.h"
#include "entry_value.h"
#include "machine.h"
#include "memory.h"

static const char optimized_out[] = "optimized out";
static const char unusual[] = "not shown, where it lies is not simple";
static const char unreadable[] = "its memory cannot be read";
static const char overwritten[] = "not known, it was in a register that calls may change";

struct machine {
        const struct view *view;
        Dwarf_Attribute *attribute;
        struct numbers numbers;
        int nested;
        const char *reason; /* set: it went wrong */
};

static struct location no_location(const char *reason)
{
        return (struct location){.reason = reason};
}

static void push(struct machine *on, uint64_t value)
{
        arithmetic_push(&on->numbers, value);
}

static uint64_t pop(struct machine *on)
{
        return arithmetic_pop(&on->numbers);
}

static uint64_t get_register(struct machine *on, uint64_t number)
{
        const struct view *view = on->view;

        if (number >= MACHINE_PC)
                on->reason = "not known, registers of this kind are not recorded";
        else if (number == MACHINE_SP || view->all_registers ||
                 (machine_survives_calls((unsigned int)number) && (!view->is_go || number == MACHINE_FP)))
                return view->registers->r[number];
        else
                on->reason = overwritten;
        return 0;
}

static uint64_t load(struct machine *on, uint64_t address, uint64_t size)
{
        uint64_t value = 0;

        if (!size || size > sizeof(value))
                on->reason = unusual;
        else if (!memory_copy(address, &value, size))
                on->reason = unreadable;
        return value;
}

static uint64_t frame_base(struct machine *on)
{
        Dwarf_Attribute attribute;
        struct location base = no_location(unusual);

        if (on->nested < EXPRESSION_MOST_NESTED &&
            dwarf_attr_integrate((Dwarf_Die *)&on->view->around.dies[0], DW_AT_frame_base, &attribute)) {
                Dwarf_Op *ops;
                size_t count;
                const struct place *place = on->view->stack->frames[on->view->index].place;

                if (dwarf_getlocation_addr(&attribute, place->lookup, &ops, &count, 1) == 1)
                        base = expression_evaluate(on->view, &attribute, ops, count, on->nested + 1);
        }
        if (base.kind != LOCATION_MEMORY && base.kind != LOCATION_VALUE)
                on->reason = base.reason ? base.reason : unusual;
        return base.value;
}

static void push_entry_value(struct machine *on, const Dwarf_Op *op)
{
        Dwarf_Attribute attribute;
        Dwarf_Op *ops;
        size_t count;
        uint64_t value = 0, number;

        if (dwarf_getlocation_attr(on->attribute, op, &attribute) || dwarf_getlocation(&attribute, &ops, &count) ||
            count != 1) {
                on->reason = unusual;
                return;
        }
        number = ops->atom == DW_OP_regx ? ops->number : (uint64_t)ops->atom - DW_OP_reg0;
        if (entry_value_is_register(ops, count, number) && entry_value(on->view, number, on->nested, &value))
                push(on, value);
        else
                on->reason = optimized_out;
}

static void run_plain(struct machine *on, const Dwarf_Op *op)
{
        switch (op->atom) {
        case DW_OP_addr:
                push(on, op->number + on->view->bias);
                break;
        case DW_OP_addrx:
        case DW_OP_GNU_addr_index: {
                Dwarf_Attribute attribute;
                Dwarf_Addr address;

                if (dwarf_getlocation_attr(on->attribute, op, &attribute) || dwarf_formaddr(&attribute, &address))
                        on->reason = unusual;
                else
                        push(on, address + on->view->bias);
                break;
        }
        case DW_OP_fbreg:
                push(on, frame_base(on) + op->number);
                break;
        case DW_OP_bregx:
                push(on, get_register(on, op->number) + op->number2);
                break;
        case DW_OP_call_frame_cfa:
                if (!on->view->has_cfa)
                        on->reason = "not known, nothing tells where the frame begins";
                push(on, on->view->cfa);
                break;
        case DW_OP_deref:
                push(on, load(on, pop(on), 8));
                break;
        case DW_OP_deref_size:
                push(on, load(on, pop(on), op->number));
                break;
        case DW_OP_entry_value:
        case DW_OP_GNU_entry_value:
                push_entry_value(on, op);
                break;
        default:
                if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31)
                        push(on, get_register(on, (uint64_t)op->atom - DW_OP_breg0) + op->number);
                else if (!arithmetic_apply(&on->numbers, op))
                        on->reason = unusual;
        }
}

struct location expression_evaluate(const struct view *view, Dwarf_Attribute *attribute, const Dwarf_Op *ops,
                                    size_t count, int nested)
{
        struct machine on = {.view = view, .attribute = attribute, .nested = nested};
        struct location at = {.kind = LOCATION_MEMORY};

        if (!count)
                return no_location(optimized_out);
        for (size_t i = 0; i < count && !on.reason && !on.numbers.failed; i++) {
                uint8_t atom = ops[i].atom;
                bool is_last = i + 1 == count;

                if (atom == DW_OP_implicit_pointer || atom == DW_OP_GNU_implicit_pointer)
                        return no_location(optimized_out);
                if (atom == DW_OP_stack_value && is_last) {
                        at.kind = LOCATION_VALUE;
                } else if (atom == DW_OP_implicit_value && count == 1) {
                        at.kind = LOCATION_BYTES;
                        if (dwarf_getlocation_implicit_value(attribute, &ops[i], &at.bytes))
                                return no_location(unusual);
                        return at;
                } else if (count == 1 && ((atom >= DW_OP_reg0 && atom <= DW_OP_reg31) || atom == DW_OP_regx)) {
                        at.kind = LOCATION_VALUE;
                        push(&on, get_register(&on, atom == DW_OP_regx ? ops[i].number : (uint64_t)atom - DW_OP_reg0));
                } else {
                        run_plain(&on, &ops[i]);
                }
        }
        at.value = pop(&on);
        if (on.numbers.failed && !on.reason)
                on.reason = unusual;
        return on.reason ? no_location(on.reason) : at;
}

struct location expression_locate(const struct view *view, Dwarf_Attribute *attribute)
{
        const struct place *place = view->stack->frames[view->index].place;
        Dwarf_Op *ops;
        size_t count;
        int found = dwarf_getlocation_addr(attribute, place->lookup, &ops, &count, 1);

        if (found < 0)
                return no_location(unusual);
        return found ? expression_evaluate(view, attribute, ops, count, 0) : no_location(optimized_out);
}
