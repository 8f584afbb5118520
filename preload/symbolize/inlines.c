/* Walks a unit's tree once, only into what covers one of the addresses. */
#include "inlines.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "qualify.h"
#include "ranges.h"

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

static void walk(struct tree *tree, struct die *parent, struct group *group, bool in_function, int depth);

static void take_function(const struct tree *tree, const struct die *die, struct target *target)
{
        if (target->count < MOST_INLINED && dies_for_libdw(tree, die, &target->functions[target->count]))
                target->count++;
}

/* Siblings do not overlap: what one of them covers is taken out of the group. */
static void enter_code(struct tree *tree, struct die *die, struct group *group, int depth)
{
        struct target *inside[group->count];
        struct group part = {.targets = inside};
        struct ranges ranges;
        uint64_t start, end;

        ranges_start(&ranges, tree, die);
        while (ranges_next(&ranges, &start, &end))
                for (size_t i = 0; i < group->count; i++) {
                        uint64_t address = group->targets[i]->place->lookup;

                        if (!start || address < start || address >= end)
                                continue;
                        inside[part.count++] = group->targets[i];
                        group->targets[i--] = group->targets[--group->count];
                }
        if (group->search >= LOCAL && die->kind.tag != DW_TAG_inlined_subroutine)
                walk(tree, die, group, true, depth + 1);
        if (!part.count)
                return;
        for (size_t i = 0; i < part.count && die->kind.tag != DW_TAG_lexical_block; i++)
                take_function(tree, die, inside[i]);
        walk(tree, die, &part, true, depth + 1);
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

static void note_call(const struct tree *tree, const struct die *site, const struct group *group)
{
        uint64_t behind = ranges_return(tree, site);
        Dwarf_Die die;

        for (size_t i = 0; i < group->count && behind; i++)
                if (group->targets[i]->place->address == behind && dies_for_libdw(tree, site, &die))
                        group->targets[i]->place->calls = inlines_callee(&die);
}

/* Leaves in group what was not found below parent. */
static void walk(struct tree *tree, struct die *parent, struct group *group, bool in_function, int depth)
{
        struct die child;

        if (depth > MOST_DEPTH || !group->count || !dies_child(tree, parent, &child))
                return;
        do {
                switch (child.kind.tag) {
                case DW_TAG_subprogram:
                case DW_TAG_inlined_subroutine:
                case DW_TAG_lexical_block:
                        enter_code(tree, &child, group, depth);
                        break;
                case DW_TAG_call_site:
                case DW_TAG_GNU_call_site:
                        note_call(tree, &child, group);
                        break;
                case DW_TAG_namespace:
                case DW_TAG_module:
                        if (!in_function)
                                walk(tree, &child, group, false, depth + 1);
                        break;
                case DW_TAG_class_type:
                case DW_TAG_structure_type:
                case DW_TAG_union_type:
                case DW_TAG_enumeration_type:
                        if (group->search == TYPES || (in_function && group->search == LOCAL))
                                walk(tree, &child, group, in_function, depth + 1);
                        break;
                }
        } while (group->count && dies_next(tree, &child));
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

/* Those that the cheaper searches have not found are left for the dearer ones. */
static void find(Dwarf_Die *unit, struct group *group)
{
        struct tree tree = {.offset = 0};
        struct dies_sections sections;
        struct die die;

        for (int search = PLAIN; search <= TYPES && group->count; search++) {
                group->search = search;
                if (dies_unit_of(&tree, &sections, unit, &die))
                        walk(&tree, &die, group, false, 0);
        }
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
                find(unit, &group);
                name_targets(lines, targets, count);
        }
        free(all);
        free(targets);
}
