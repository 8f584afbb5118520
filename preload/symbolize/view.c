/* Opens a frame for looking at its variables. */
#include "view.h"

#include <dwarf.h>

#include "modules.h"

/* What a weaker way than tables led to may have lost registers. */
static bool keeps_registers(const struct frame *frame)
{
        return frame->found_by == FOUND_REGISTERS || frame->found_by == FOUND_TABLES ||
               frame->found_by == FOUND_SIGNAL || frame->found_by == FOUND_ENTRY;
}

bool view_open(struct view *view, const struct stack *stack, size_t index)
{
        const struct frame *frame = &stack->frames[index], *next = frame + 1;
        const struct module *module;

        *view = (struct view){.stack = stack, .index = index, .registers = unwind_registers(stack, frame)};
        for (size_t i = 0; i < index; i++)
                if (!keeps_registers(&stack->frames[i]) && stack->frames[i].found_by != FOUND_TAIL_CALL)
                        return false;
        if (!view->registers || !keeps_registers(frame) || frame->trampoline || !frame->place || !frame->place->image ||
            !frame->place->image->in_process || !enclosing_find(frame->place, &view->around))
                return false;
        module = (const struct module *)frame->place->image;
        view->bias = module->bias;
        view->all_registers = frame->interrupted;
        view->is_go = dwarf_srclang(&view->around.unit) == DW_LANG_Go;
        while (next < stack->frames + stack->count && next->found_by == FOUND_TAIL_CALL)
                next++;
        /* On both processors the caller's stack pointer is the address that frames are counted from. */
        view->has_cfa = next < stack->frames + stack->count && next->found_by == FOUND_TABLES;
        view->cfa = view->has_cfa ? next->sp : 0;
        return true;
}
