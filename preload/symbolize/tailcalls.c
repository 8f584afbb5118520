/* A frame calls one function and the next frame is in another: between them are functions that ended with a jump. */
#include "tailcalls.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarfnames.h"
#include "gate.h"
#include "inlines.h"
#include "modules.h"
#include "symbols.h"

#define MOST_JUMPS 4
#define MOST_FRAMES 256
#define MOST_DEPTH 32

/* The search for the one way from a called function to the one that was reached, all in one image. */
struct search {
        struct image *image;
        uint64_t wanted;
        uint64_t path[MOST_JUMPS]; /* the addresses behind the jumps, in the order of the calls */
        uint64_t found[MOST_JUMPS];
        size_t found_length;
        unsigned int ways;
};

static uint64_t resolve(struct image *image, const struct callee *callee)
{
        uint64_t entry = callee->entry;

        if (!entry && callee->linkage)
                entry = symbols_entry(image, callee->linkage);
        if (!entry && callee->name)
                entry = symbols_entry(image, callee->name);
        return entry;
}

static void follow(struct search *search, uint64_t entry, size_t length);

static bool is_tail_call(Dwarf_Die *site)
{
        Dwarf_Attribute attribute;
        bool flag = false;

        return (!dwarf_formflag(dwarf_attr(site, DW_AT_call_tail_call, &attribute), &flag) ||
                !dwarf_formflag(dwarf_attr(site, DW_AT_GNU_tail_call, &attribute), &flag)) &&
               flag;
}

/* clang's DWARF 5 tells where the jump begins, and nothing else: then this lies in it. 0: nothing is told. */
static uint64_t behind_jump(Dwarf_Die *site)
{
        uint64_t behind = inlines_return(site);
        Dwarf_Attribute attribute;
        Dwarf_Addr jump;

        if (behind || dwarf_formaddr(dwarf_attr(site, DW_AT_call_pc, &attribute), &jump))
                return behind;
        return jump + 1;
}

static void follow_site(struct search *search, Dwarf_Die *site, size_t length)
{
        struct callee callee = inlines_callee(site);
        uint64_t entry = resolve(search->image, &callee);

        if (!entry || length == MOST_JUMPS)
                return;
        search->path[length] = behind_jump(site);
        if (!search->path[length]) {
                search->ways = 2; /* or more, which have no place that could be shown */
        } else if (entry == search->wanted) {
                search->ways++;
                search->found_length = length + 1;
                memcpy(search->found, search->path, sizeof(search->found));
        } else {
                follow(search, entry, length + 1);
        }
}

/* All jumps out of the function whose tree this is. */
static void follow_sites(struct search *search, Dwarf_Die *parent, size_t length, int depth)
{
        Dwarf_Die child;

        if (depth > MOST_DEPTH || search->ways > 1 || dwarf_child(parent, &child))
                return;
        do {
                switch (dwarf_tag(&child)) {
                case DW_TAG_call_site:
                case DW_TAG_GNU_call_site:
                        if (is_tail_call(&child))
                                follow_site(search, &child, length);
                        break;
                case DW_TAG_lexical_block:
                case DW_TAG_inlined_subroutine:
                        follow_sites(search, &child, length, depth + 1);
                        break;
                }
        } while (search->ways < 2 && !dwarf_siblingof(&child, &child));
}

/* The function that begins at entry; only those directly in a unit or a namespace can be called by name. */
static bool find_function(Dwarf_Die *parent, uint64_t entry, Dwarf_Die *found, int depth)
{
        Dwarf_Die child;
        Dwarf_Addr low;

        if (depth > MOST_DEPTH || dwarf_child(parent, &child))
                return false;
        do {
                int tag = dwarf_tag(&child);

                if (tag == DW_TAG_subprogram && !dwarf_lowpc(&child, &low) && low == entry) {
                        *found = child;
                        return true;
                }
                if (tag == DW_TAG_namespace && find_function(&child, entry, found, depth + 1))
                        return true;
        } while (!dwarf_siblingof(&child, &child));
        return false;
}

static void follow(struct search *search, uint64_t entry, size_t length)
{
        Dwarf_Die unit, whole, function;

        if (!dwarfnames_unit(search->image, entry, &unit))
                return;
        whole = gate_split_unit(search->image, &unit);
        if (find_function(&whole, entry, &function, 0))
                follow_sites(search, &function, length, 0);
}

/* What most calls name is the function that the next frame is in: to look that up again in a large table takes long. */
static bool is_named_by(const struct place *place, const struct callee *callee)
{
        const char *name = callee->linkage ? callee->linkage : callee->name;

        return name && place->raw_symbol && place->symbol_start == place->entry && !strcmp(name, place->raw_symbol);
}

/* The ways from the call in caller to the function of callee. */
static void search_between(struct search *search, const struct frame *caller, const struct frame *callee)
{
        const struct place *from = caller->place, *to = callee->place;
        struct callee calls;

        if (!from || !to || !from->image || !to->image || !to->entry || caller->found_by != FOUND_TABLES ||
            callee->trampoline)
                return;
        calls = from->calls;
        if (is_named_by(to, &calls))
                return;
        if (from->image != to->image)
                calls.entry = 0; /* it counts in the caller's file */
        uint64_t entry = resolve(to->image, &calls);

        if (!entry || entry == to->entry)
                return;
        search->image = to->image;
        search->wanted = to->entry;
        follow(search, entry, 0);
}

/* The frames that were left, outermost last. */
static bool insert(struct stack *stack, size_t at, const struct search *search)
{
        struct module *module = (struct module *)search->image;
        size_t more = search->found_length;
        struct frame *larger = reallocarray(stack->frames, stack->count + more, sizeof(*larger));

        if (!larger)
                return false;
        stack->frames = larger;
        memmove(larger + at + more, larger + at, (stack->count - at) * sizeof(*larger));
        for (size_t i = 0; i < more; i++) {
                uint64_t address = search->found[more - 1 - i];

                larger[at + i] = (struct frame){
                        .pc = address + module->bias,
                        .sp = larger[at + more].sp,
                        .found_by = FOUND_TAIL_CALL,
                        .place = places_get(search->image, address, address - 1),
                };
        }
        stack->count += more;
        return true;
}

void tailcalls_insert(struct stack *stack)
{
        size_t inserted = 0;

        for (size_t i = 1; i < stack->count && i < MOST_FRAMES; i++) {
                struct search search = {0};

                search_between(&search, &stack->frames[i], &stack->frames[i - 1]);
                if (search.ways != 1 || !search.image->in_process || !insert(stack, i, &search))
                        continue;
                i += search.found_length;
                inserted += search.found_length;
        }
        if (inserted) {
                places_name_symbols();
                places_name_dwarf(NULL);
        }
}
