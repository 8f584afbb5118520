/* Lists the variables of the innermost functions, in the order of the source: arguments, then the innermost block. */
#include "locals.h"

#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "text_threads.h"
#include "value.h"

#define MOST_NAME 80

static void add_variable(struct variables *to, const struct view *view, Dwarf_Die *die)
{
        Dwarf_Attribute attribute;
        const char *name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &attribute));
        char harmless[4 * MOST_NAME + 1], brief[MOST_NAME + 1];
        bool flag = false, argument = dwarf_tag(die) == DW_TAG_formal_parameter;

        /* Declared here, defined elsewhere; or made by the compiler (__func__), but for "this". */
        if (!name || !name[0] || dwarf_attr(die, DW_AT_declaration, &attribute) ||
            (!argument && !dwarf_formflag(dwarf_attr_integrate(die, DW_AT_artificial, &attribute), &flag) && flag))
                return;
        if (to->count == LOCALS_VARIABLES) {
                to->left_out++;
                return;
        }
        struct variable *variable = &to->list[to->count];

        snprintf(brief, sizeof(brief), "%s", name);
        variable->name = strdup(escape_text(harmless, sizeof(harmless), brief, false));
        variable->argument = argument;
        if (!variable->name)
                return;
        to->count++;
        variable->value = value_text(view, die, &variable->reason);
        if (!variable->value && !variable->reason)
                variable->reason = "not shown, there was no memory for it";
}

static void add_children(struct variables *to, const struct view *view, Dwarf_Die *block, int tag)
{
        Dwarf_Die child;

        if (dwarf_child(block, &child))
                return;
        do
                if (dwarf_tag(&child) == tag)
                        add_variable(to, view, &child);
        while (!dwarf_siblingof(&child, &child));
}

/* dies[first] is a function, what follows it up to last are its blocks. */
static void add_function(struct locals *to, struct view *view, size_t scope, size_t first, size_t last)
{
        struct variables *function = &to->functions[to->count];

        *function = (struct variables){.frame = view->index, .scope = scope};
        add_children(function, view, &view->around.dies[first], DW_TAG_formal_parameter);
        for (size_t i = last + 1; i-- > first;)
                add_children(function, view, &view->around.dies[i], DW_TAG_variable);
        to->count += function->count > 0;
}

static void add_frame(struct locals *to, struct view *view)
{
        size_t last = view->around.count - 1, scope = 0;

        for (size_t i = view->around.count; i-- > 0;) {
                if (dwarf_tag(&view->around.dies[i]) == DW_TAG_lexical_block)
                        continue;
                if (to->count < LOCALS_SHOWN)
                        add_function(to, view, scope, i, last);
                scope++;
                last = i ? i - 1 : 0;
        }
}

const struct locals *locals_find(const struct stack *stack)
{
        struct locals *found = calloc(1, sizeof(*found));

        for (size_t i = 0; found && i < stack->count && i < LOCALS_FRAMES && found->count < LOCALS_SHOWN; i++) {
                struct view view;

                /* With libc's debug information they would be in front, and hide what the program did. */
                if (!text_threads_in_libc(&stack->frames[i]) && view_open(&view, stack, i))
                        add_frame(found, &view);
        }
        return found;
}
