/* Asks the call that led into a function what it had put into the registers: the function may have lost it since. */
#include "entry_value.h"

#include <dwarf.h>
#include <string.h>

#include "inlines.h"

/* The call that led into the frame, if it is sure that nothing else did: no jump to the function instead of a call. */
static bool find_caller(const struct view *view, struct view *caller)
{
        const struct stack *stack = view->stack;
        const struct place *own = stack->frames[view->index].place, *from;

        if (view->index + 1 >= stack->count || stack->frames[view->index + 1].found_by != FOUND_TABLES ||
            !view_open(caller, stack, view->index + 1))
                return false;
        from = stack->frames[view->index + 1].place;
        if (!from || !own || !own->entry)
                return false;
        if (from->image == own->image && from->calls.entry)
                return from->calls.entry == own->entry;
        const char *called = from->calls.linkage ? from->calls.linkage : from->calls.name;

        return called && own->raw_symbol && !strcmp(called, own->raw_symbol);
}

/* The call site whose return address is address, in parent or below. */
static bool find_site(Dwarf_Die *parent, uint64_t address, Dwarf_Die *site, int depth)
{
        Dwarf_Die child;

        if (depth > 64 || dwarf_child(parent, &child))
                return false;
        do {
                int tag = dwarf_tag(&child);

                if ((tag == DW_TAG_call_site || tag == DW_TAG_GNU_call_site) && inlines_return(&child) == address) {
                        *site = child;
                        return true;
                }
                if ((tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine) &&
                    find_site(&child, address, site, depth + 1))
                        return true;
        } while (!dwarf_siblingof(&child, &child));
        return false;
}

/* True if the function may have been entered again by a jump of its own or of what it jumped to. */
static bool may_jump(Dwarf_Die *parent, int depth)
{
        Dwarf_Attribute attribute;
        Dwarf_Die child;

        if (depth > 64 || dwarf_child(parent, &child))
                return depth > 64;
        do {
                int tag = dwarf_tag(&child);

                if ((tag == DW_TAG_call_site || tag == DW_TAG_GNU_call_site) &&
                    (dwarf_attr(&child, DW_AT_call_tail_call, &attribute) ||
                     dwarf_attr(&child, DW_AT_GNU_tail_call, &attribute)))
                        return true;
                if ((tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine) && may_jump(&child, depth + 1))
                        return true;
        } while (!dwarf_siblingof(&child, &child));
        return false;
}

bool entry_value_is_register(const Dwarf_Op *ops, size_t count, uint64_t number)
{
        return count == 1 &&
               ((ops->atom >= DW_OP_reg0 && ops->atom <= DW_OP_reg31 && (uint64_t)(ops->atom - DW_OP_reg0) == number) ||
                (ops->atom == DW_OP_regx && ops->number == number));
}

/* What the caller says it had put into that register when it called. */
bool entry_value(const struct view *view, uint64_t number, int nested, uint64_t *value)
{
        struct view caller;
        Dwarf_Die site, parameter;
        Dwarf_Attribute attribute;
        Dwarf_Op *ops;
        size_t count;

        if (nested >= EXPRESSION_MOST_NESTED || !find_caller(view, &caller) ||
            may_jump((Dwarf_Die *)&view->around.dies[0], 0) ||
            !find_site(&caller.around.dies[0], caller.stack->frames[caller.index].place->address, &site, 0) ||
            dwarf_child(&site, &parameter))
                return false;
        do {
                if (dwarf_getlocation(dwarf_attr(&parameter, DW_AT_location, &attribute), &ops, &count) ||
                    !entry_value_is_register(ops, count, number))
                        continue;
                if (!dwarf_attr(&parameter, DW_AT_call_value, &attribute) &&
                    !dwarf_attr(&parameter, DW_AT_GNU_call_site_value, &attribute))
                        return false;
                if (dwarf_getlocation(&attribute, &ops, &count))
                        return false;
                struct location at = expression_evaluate(&caller, &attribute, ops, count, nested + 1);

                *value = at.value;
                /* The expression makes the value itself. */
                return at.kind == LOCATION_VALUE || at.kind == LOCATION_MEMORY;
        } while (!dwarf_siblingof(&parameter, &parameter));
        return false;
}
