/* Walks a unit's tree once, only into what covers one of the addresses. */
#include "inlines.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "qualify.h"

#define MOST_DEPTH 128
#define MOST_INLINED 64

/* One address and the functions around it, outermost first. */
struct target {
        struct place *place;
        Dwarf_Die functions[MOST_INLINED];
        size_t count;
};

/*
 * Which of the targets the walk is following, and where: in namespaces; also inside functions that lie elsewhere, since
 * those of their local classes and lambdas do not; also in all types. Each costs more, and the first finds most.
 */
struct group {
        struct target **targets;
        size_t count;
        enum { PLAIN, LOCAL, TYPES } search;
};

static void walk(Dwarf_Die *parent, struct group *group, bool in_function, int depth);

/* Siblings do not overlap: what one of them covers is taken out of the group. */
static void enter_code(Dwarf_Die *die, int tag, struct group *group, int depth)
{
        Dwarf_Addr base, start, end;
        struct target *inside[group->count];
        struct group part = {.targets = inside};
        bool has_code = dwarf_hasattr(die, DW_AT_low_pc) || dwarf_hasattr(die, DW_AT_ranges);

        for (ptrdiff_t at = 0; has_code && (at = dwarf_ranges(die, at, &base, &start, &end)) > 0;)
                for (size_t i = 0; i < group->count; i++) {
                        Dwarf_Addr address = group->targets[i]->place->lookup;

                        if (!start || address < start || address >= end)
                                continue;
                        inside[part.count++] = group->targets[i];
                        group->targets[i--] = group->targets[--group->count];
                }
        if (group->search >= LOCAL && tag != DW_TAG_inlined_subroutine)
                walk(die, group, true, depth + 1);
        if (!part.count)
                return;
        for (size_t i = 0; i < part.count && tag != DW_TAG_lexical_block; i++)
                if (inside[i]->count < MOST_INLINED)
                        inside[i]->functions[inside[i]->count++] = *die;
        walk(die, &part, true, depth + 1);
}

struct callee inlines_callee(Dwarf_Die *site)
{
        struct callee callee = {0};
        Dwarf_Attribute attribute;
        Dwarf_Die origin;
        Dwarf_Addr entry;

        if (!dwarf_formref_die(dwarf_attr(site, DW_AT_call_origin, &attribute), &origin) &&
            !dwarf_formref_die(dwarf_attr(site, DW_AT_abstract_origin, &attribute), &origin))
                return callee;
        callee.linkage = dwarf_formstring(dwarf_attr_integrate(&origin, DW_AT_linkage_name, &attribute));
        callee.name = dwarf_formstring(dwarf_attr_integrate(&origin, DW_AT_name, &attribute));
        if (!dwarf_lowpc(&origin, &entry))
                callee.entry = entry;
        return callee;
}

uint64_t inlines_return(Dwarf_Die *site)
{
        Dwarf_Attribute attribute;
        Dwarf_Addr address;

        /* DWARF 5, and the GNU extension before it. */
        if (!dwarf_formaddr(dwarf_attr(site, DW_AT_call_return_pc, &attribute), &address) ||
            !dwarf_formaddr(dwarf_attr(site, DW_AT_low_pc, &attribute), &address))
                return address;
        return 0;
}

static void note_call(Dwarf_Die *site, const struct group *group)
{
        uint64_t behind = inlines_return(site);

        for (size_t i = 0; i < group->count && behind; i++)
                if (group->targets[i]->place->address == behind)
                        group->targets[i]->place->calls = inlines_callee(site);
}

/* Leaves in group what was not found below parent. */
static void walk(Dwarf_Die *parent, struct group *group, bool in_function, int depth)
{
        Dwarf_Die child;

        if (depth > MOST_DEPTH || !group->count || dwarf_child(parent, &child))
                return;
        do {
                int tag = dwarf_tag(&child);

                switch (tag) {
                case DW_TAG_subprogram:
                case DW_TAG_inlined_subroutine:
                case DW_TAG_lexical_block:
                        enter_code(&child, tag, group, depth);
                        break;
                case DW_TAG_call_site:
                case DW_TAG_GNU_call_site:
                        note_call(&child, group);
                        break;
                case DW_TAG_namespace:
                case DW_TAG_module:
                        if (!in_function)
                                walk(&child, group, false, depth + 1);
                        break;
                case DW_TAG_class_type:
                case DW_TAG_structure_type:
                case DW_TAG_union_type:
                case DW_TAG_enumeration_type:
                        if (group->search == TYPES || (in_function && group->search == LOCAL))
                                walk(&child, group, in_function, depth + 1);
                        break;
                }
        } while (group->count && !dwarf_siblingof(&child, &child));
}

static int number(Dwarf_Die *die, unsigned int name)
{
        Dwarf_Attribute attribute;
        Dwarf_Word value;

        if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value) || value > INT32_MAX)
                return 0;
        return (int)value;
}

/* Innermost first; the line of the innermost comes from the line table, the others are call sites. */
static void take_scopes(Dwarf_Die *lines, struct target *target, struct qualified *names)
{
        struct place *place = target->place;

        if (target->count)
                (void)dwarf_lowpc(&target->functions[0], &place->entry);
        place->scopes = calloc(target->count, sizeof(*place->scopes));
        if (!place->scopes)
                return;
        place->scope_count = target->count;
        for (size_t i = 0; i < target->count; i++) {
                size_t from_outside = target->count - 1 - i;
                struct scope *scope = &place->scopes[i];

                scope->function = names[from_outside].name;
                if (!i)
                        continue;
                Dwarf_Die *inlined = &target->functions[from_outside + 1];

                lines_file(lines, (uint64_t)number(inlined, DW_AT_call_file), scope);
                scope->line = number(inlined, DW_AT_call_line);
                scope->column = number(inlined, DW_AT_call_column);
        }
}

static void name_targets(Dwarf_Die *lines, struct target *targets, size_t count)
{
        size_t total = 0, at = 0;

        for (size_t i = 0; i < count; i++)
                total += targets[i].count;
        struct qualified *names = calloc(total ? total : 1, sizeof(*names));

        if (!names)
                return;
        for (size_t i = 0; i < count; i++)
                for (size_t j = 0; j < targets[i].count; j++)
                        names[at++].die = targets[i].functions[j];
        qualify_all(names, total);
        at = 0;
        for (size_t i = 0; i < count; i++) {
                if (targets[i].count)
                        take_scopes(lines, &targets[i], names + at);
                at += targets[i].count;
        }
        free(names);
}

void inlines_name(Dwarf_Die *unit, Dwarf_Die *lines, struct place **places, size_t count)
{
        struct target *targets = calloc(count, sizeof(*targets));
        struct target **all = calloc(count, sizeof(struct target *));

        if (targets && all) {
                struct group group = {.targets = all, .count = count};

                for (size_t i = 0; i < count; i++) {
                        targets[i].place = places[i];
                        all[i] = &targets[i];
                }
                for (int search = PLAIN; search <= TYPES; search++) {
                        group.search = search;
                        walk(unit, &group, false, 0);
                }
                name_targets(lines, targets, count);
        }
        free(all);
        free(targets);
}
