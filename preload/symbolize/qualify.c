/* Names functions: by their linkage name, else by their name and those of the namespaces and classes around it. */
#define _GNU_SOURCE /* asprintf */
#include "qualify.h"

#include <dwarf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dies.h"
#include "readable.h"

#define MOST_DEPTH 64
#define MOST_PREFIX 4096

/* The functions of one unit that are still to be found, in the order of their offsets. */
struct walk {
        struct qualified **wanted;
        size_t count;
        char prefix[MOST_PREFIX];
        bool around; /* it is for the functions around others */
        const char *separator;
        struct tree tree;
};

static const char *linkage_name(Dwarf_Die *die)
{
        Dwarf_Attribute attribute;
        const char *name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));

        return name ? name : dwarf_formstring(dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute));
}

/* Follows inlined instance, abstract instance and specification to the declaration that stands in its scope. */
static Dwarf_Die declaration(Dwarf_Die die)
{
        static const unsigned int ways[] = {DW_AT_abstract_origin, DW_AT_specification};
        Dwarf_Attribute attribute;
        Dwarf_Die next;

        for (int steps = 0; steps < 8; steps++) {
                bool moved = false;

                for (int i = 0; i < 2 && !moved; i++)
                        if (dwarf_attr(&die, ways[i], &attribute) && dwarf_formref_die(&attribute, &next)) {
                                die = next;
                                moved = true;
                        }
                if (!moved)
                        break;
        }
        return die;
}

/* Languages whose names have no outer parts, or carry them already. */
static const char *separator_of(Dwarf_Die *unit)
{
        Dwarf_Attribute attribute;
        Dwarf_Word language = 0;

        if (dwarf_formudata(dwarf_attr(unit, DW_AT_language, &attribute), &language))
                return NULL;
        switch (language) {
        case DW_LANG_C_plus_plus:
        case DW_LANG_C_plus_plus_03:
        case DW_LANG_C_plus_plus_11:
        case DW_LANG_C_plus_plus_14:
        case DW_LANG_Rust:
        case DW_LANG_ObjC_plus_plus:
        case 0x2b:
        case 0x2c:
        case 0x30: /* C++17, C++20, and HIP of the DWARF language registry */
                return "::";
        case DW_LANG_D:
        case DW_LANG_Java:
        case DW_LANG_Swift:
                return ".";
        }
        return NULL;
}

static void set_name(struct qualified *function, const char *prefix)
{
        if (!function->name && asprintf(&function->name, "%s%s", prefix, function->brief) < 0)
                function->name = NULL;
}

/* What a scope adds to the names inside it. */
static const char *scope_name(Dwarf_Die *die, const char *inside)
{
        const char *name = dwarf_diename(die);

        switch (dwarf_tag(die)) {
        case DW_TAG_namespace:
                return name ? name : "(anonymous namespace)";
        case DW_TAG_class_type:
        case DW_TAG_structure_type:
        case DW_TAG_union_type:
        case DW_TAG_interface_type:
        case DW_TAG_enumeration_type:
        case DW_TAG_module:
                return name ? name : inside && !strncmp(inside, "operator()", 10) ? "{lambda}" : "{unnamed}";
        case DW_TAG_subprogram: {
                Dwarf_Attribute attribute;

                return dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &attribute));
        }
        }
        return "";
}

static void walk_children(struct walk *walk, struct die *parent, size_t first, size_t last, int depth);
static void qualify(struct qualified *functions, size_t count, bool around);

/* gcc defines functions of namespaces and classes outside of these: what is inside them has their whole name before it. */
static char *name_from_declaration(const struct walk *walk, Dwarf_Die *scope)
{
        struct qualified function = {.die = *scope};

        if (walk->around || walk->prefix[0] || dwarf_tag(scope) != DW_TAG_subprogram ||
            declaration(*scope).addr == scope->addr)
                return NULL;
        qualify(&function, 1, true);
        return function.name;
}

/* The wanted ones from first to last are child itself, or lie inside it. */
static void enter(struct walk *walk, struct die *child, size_t first, size_t last, int depth)
{
        size_t length = strlen(walk->prefix);
        Dwarf_Die scope;

        while (first < last && dwarf_dieoffset(&walk->wanted[first]->declared) == child->offset)
                set_name(walk->wanted[first++], walk->prefix);
        if (first == last || depth == MOST_DEPTH || !dies_for_libdw(&walk->tree, child, &scope))
                return;
        char *whole = name_from_declaration(walk, &scope);
        const char *name = whole ? whole : scope_name(&scope, walk->wanted[first]->brief);

        if (name && name[0])
                snprintf(walk->prefix + length, sizeof(walk->prefix) - length, "%s%s", name, walk->separator);
        walk_children(walk, child, first, last, depth + 1);
        walk->prefix[length] = 0;
        free(whole);
}

static void walk_children(struct walk *walk, struct die *parent, size_t first, size_t last, int depth)
{
        struct die child, next;
        bool more = dies_child(&walk->tree, parent, &child);

        while (more && first < last) {
                size_t inside = first;

                next = child;
                more = dies_next(&walk->tree, &next);
                while (inside < last && (!more || dwarf_dieoffset(&walk->wanted[inside]->declared) < next.offset))
                        inside++;
                if (inside > first)
                        enter(walk, &child, first, inside, depth);
                first = inside;
                child = next;
        }
}

static int by_declaration(const void *left, const void *right)
{
        struct qualified *a = *(struct qualified *const *)left, *b = *(struct qualified *const *)right;

        if (a->declared.cu != b->declared.cu)
                return a->declared.cu < b->declared.cu ? -1 : 1;
        Dwarf_Off x = dwarf_dieoffset(&a->declared), y = dwarf_dieoffset(&b->declared);

        return x < y ? -1 : x > y;
}

/* All that are declared in the same unit. */
static void name_unit(struct qualified **wanted, size_t count, bool around)
{
        struct walk walk = {.wanted = wanted, .count = count, .around = around};
        struct dies_sections sections;
        Dwarf_Die unit;
        struct die die;

        if (dwarf_diecu(&wanted[0]->declared, &unit, NULL, NULL))
                walk.separator = separator_of(&unit);
        if (walk.separator && dies_unit_of(&walk.tree, &sections, &unit, &die))
                walk_children(&walk, &die, 0, count, 0);
        for (size_t i = 0; i < count; i++)
                set_name(wanted[i], "");
}

static void qualify(struct qualified *functions, size_t count, bool around)
{
        struct qualified **wanted = calloc(count, sizeof(struct qualified *));
        size_t open = 0;

        if (!wanted)
                return;
        for (size_t i = 0; i < count; i++) {
                const char *linkage = linkage_name(&functions[i].die);
                Dwarf_Attribute attribute;

                functions[i].name = linkage ? readable_name(linkage) : NULL;
                functions[i].declared = declaration(functions[i].die);
                functions[i].brief = dwarf_formstring(dwarf_attr_integrate(&functions[i].die, DW_AT_name, &attribute));
                if (!functions[i].name && functions[i].brief)
                        wanted[open++] = &functions[i];
        }
        qsort(wanted, open, sizeof(struct qualified *), by_declaration);
        for (size_t first = 0, last; first < open; first = last) {
                for (last = first + 1; last < open && wanted[last]->declared.cu == wanted[first]->declared.cu; last++)
                        ;
                name_unit(wanted + first, last - first, around);
        }
        free(wanted);
}

void qualify_all(struct qualified *functions, size_t count)
{
        qualify(functions, count, false);
}
