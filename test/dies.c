/*
 * Compares our walk of DIEs with libdw's: the same trees, the same ranges, the same return addresses.
 *
 *   dies FILE...        prints units, DIEs and ranges that were compared; 1 at the first difference
 */
#define _GNU_SOURCE
#include <dwarf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../preload/symbolize/debugfile.h"
#include "../preload/symbolize/inlines.h"
#include "../preload/symbolize/ranges.h"

static struct {
        const char *file;
        unsigned long units, dies, ranges, returns;
} seen;

static void __attribute__((noreturn)) differs(const char *what, uint64_t where, uint64_t own, uint64_t other)
{
        printf("%s: %s of the DIE at 0x%lx: 0x%lx, and 0x%lx by libdw\n", seen.file, what, where, own, other);
        exit(1);
}

static void compare(const char *what, uint64_t where, uint64_t own, uint64_t other)
{
        if (own != other)
                differs(what, where, own, other);
}

static void compare_code(struct tree *tree, struct die *die, Dwarf_Die *other)
{
        struct ranges ranges;
        uint64_t start, end;
        Dwarf_Addr base, from, to;
        ptrdiff_t at = 0;
        bool call = die->kind.tag == DW_TAG_call_site || die->kind.tag == DW_TAG_GNU_call_site;

        if (call) {
                compare("return address", die->offset, ranges_return(tree, die), inlines_return(other));
                seen.returns++;
                return;
        }
        ranges_start(&ranges, tree, die);
        while (ranges_next(&ranges, &start, &end)) {
                if ((at = dwarf_ranges(other, at, &base, &from, &to)) <= 0)
                        differs("a range too many", die->offset, start, 0);
                compare("start", die->offset, start, from);
                compare("end", die->offset, end, to);
                seen.ranges++;
        }
        if (at >= 0 && dwarf_ranges(other, at, &base, &from, &to) > 0)
                differs("a range too few", die->offset, 0, from);
}

/* The way past a subtree must be the same before it was walked, which measures it, and afterwards, when its end is known. */
static void compare_children(struct tree *tree, struct die *parent, Dwarf_Die *other_parent)
{
        struct die die, past;
        Dwarf_Die other;
        bool more = dies_child(tree, parent, &die);

        if (more != !dwarf_child(other_parent, &other))
                differs("children", parent->offset, more, !more);
        while (more) {
                compare("offset", die.offset, die.offset, dwarf_dieoffset(&other));
                compare("tag", die.offset, die.kind.tag, (uint64_t)dwarf_tag(&other));
                seen.dies++;
                if (!tree->sections->split)
                        compare_code(tree, &die, &other);
                past = die;
                past.parent = NULL;
                bool another = dies_next(tree, &past);

                compare_children(tree, &die, &other);
                more = dies_next(tree, &die);
                compare("the next one", die.offset, more, another);
                if (more)
                        compare("the next one", past.offset, die.offset, past.offset);
                compare("the next one", die.offset, more, !dwarf_siblingof(&other, &other));
        }
}

static void compare_file(Dwarf *dwarf)
{
        struct dies_sections sections;
        struct tree tree = {.next = 0};
        struct die unit;
        Dwarf_Off at = 0, next;
        size_t header;
        Dwarf_Die other;

        dies_sections(dwarf, &sections);
        for (; !dwarf_next_unit(dwarf, at, &next, &header, NULL, NULL, NULL, NULL, NULL, NULL); at = next) {
                if (!dies_unit(&tree, &sections, tree.next) || !dies_top(&tree, &unit) ||
                    !dwarf_offdie(dwarf, at + header, &other))
                        differs("unit", at, 0, at);
                compare("unit", at, tree.offset, at);
                compare("unit behind it", at, tree.next, next);
                compare("offset", at, unit.offset, dwarf_dieoffset(&other));
                if (!sections.split)
                        compare_code(&tree, &unit, &other);
                compare_children(&tree, &unit, &other);
                seen.units++;
        }
        compare("end", at, tree.next, at);
}

int main(int argc, char **argv)
{
        elf_version(EV_CURRENT);
        for (int i = 1; i < argc; i++) {
                int fd = open(argv[i], O_RDONLY);
                Elf *elf = fd >= 0 ? debugfile_elf(fd) : NULL;
                Dwarf *dwarf = elf ? dwarf_begin_elf(elf, DWARF_C_READ, NULL) : NULL;

                seen.file = argv[i];
                if (!dwarf) {
                        printf("%s has no debug information\n", argv[i]);
                        return 2;
                }
                compare_file(dwarf); /* it stays open: what is known of a file is known by its address */
        }
        printf("%lu units, %lu DIEs, %lu ranges, %lu return addresses\n", seen.units, seen.dies, seen.ranges,
               seen.returns);
        return 0;
}
