/* Finds function names in symbol tables; each table is read once for all addresses. */
#include "symbols.h"

#include <stdlib.h>
#include <string.h>

#include "cfi.h"
#include "modules.h"
#include "readable.h"
#include "symtab.h"

/* What was found for one address so far. */
struct match {
        uint64_t address;
        const Elf64_Sym *best;
        const Elf64_Sym *unsized; /* the nearest symbol below without a size: start code, assembly */
        uint64_t nearest;         /* the nearest start of any symbol: an unsized one ends at the next */
};

/* Between several names for one function the most telling: a function, visible, without leading underscores. */
static int rank(const struct symtab *table, const Elf64_Sym *symbol)
{
        static const unsigned char by_binding[3] = {[STB_LOCAL] = 0, [STB_GLOBAL] = 2, [STB_WEAK] = 1};
        unsigned int binding = ELF64_ST_BIND(symbol->st_info);
        const char *name = symtab_string(table, symbol);
        int underscores = name[0] == '_' && name[1] != 'Z' && name[1] != 'R' ? (name[1] == '_' ? 2 : 1) : 0;

        return (ELF64_ST_TYPE(symbol->st_info) != STT_NOTYPE) * 100 + (binding < 3 ? by_binding[binding] : 2) * 10 -
               underscores;
}

static bool is_better(const struct symtab *table, const Elf64_Sym *symbol, const Elf64_Sym *than)
{
        if (!than || symbol->st_value != than->st_value)
                return !than || symbol->st_value > than->st_value;
        return rank(table, symbol) > rank(table, than);
}

static bool is_code(const Elf64_Sym *symbol)
{
        unsigned int type = ELF64_ST_TYPE(symbol->st_info);

        return (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE) && symbol->st_shndx != SHN_UNDEF &&
               symbol->st_shndx != SHN_ABS && symbol->st_value;
}

static void offer(const struct symtab *table, const Elf64_Sym *symbol, struct match *match)
{
        if (symbol->st_value > match->nearest)
                match->nearest = symbol->st_value;
        if (symbol->st_size) {
                if (match->address - symbol->st_value < symbol->st_size && is_better(table, symbol, match->best))
                        match->best = symbol;
        } else if (is_better(table, symbol, match->unsized)) {
                match->unsized = symbol;
        }
}

static void search(const struct symtab *table, struct match *matches, size_t count)
{
        uint64_t highest = 0;

        for (size_t i = 0; i < count; i++)
                if (matches[i].address > highest)
                        highest = matches[i].address;
        for (size_t s = 1; s < table->count; s++) {
                const Elf64_Sym *symbol = &table->symbols[s];

                if (symbol->st_value > highest || !is_code(symbol))
                        continue;
                for (size_t i = 0; i < count; i++)
                        if (symbol->st_value <= matches[i].address)
                                offer(table, symbol, &matches[i]);
        }
}

/*
 * A symbol without a size holds up to the next symbol, and never past the end of its section or into a function that has
 * unwind rules of its own. Tables without static functions do not know the next symbol.
 */
static bool unsized_holds(const struct image *image, const struct symtab *table, const struct match *match)
{
        struct module *module = (struct module *)(uintptr_t)image;
        const struct rules *rules;
        Elf_Scn *section;
        GElf_Shdr header;
        const char *name;

        if (!match->unsized || match->unsized->st_value != match->nearest || !table->elf)
                return false;
        name = symtab_string(table, match->unsized);
        section = elf_getscn(table->elf, match->unsized->st_shndx);
        rules = image->in_process ? cfi_find(module, match->address + module->bias) : NULL;
        return (!rules || rules->start - module->bias <= match->unsized->st_value) && name[0] && name[0] != '$' &&
               name[0] != '.' && section && gelf_getshdr(section, &header) && (header.sh_flags & SHF_EXECINSTR) &&
               match->address - header.sh_addr < header.sh_size;
}

static void take(struct place *place, const struct symtab *table, const Elf64_Sym *symbol, enum name_source source)
{
        const char *name = symtab_string(table, symbol);

        if (!name[0])
                return;
        place->symbol = readable_name(name);
        place->raw_symbol = strdup(name);
        place->symbol_start = symbol->st_value;
        place->source = source;
}

static bool all_named(struct place **places, size_t count)
{
        for (size_t i = 0; i < count; i++)
                if (!places[i]->symbol)
                        return false;
        return true;
}

static void name_from(struct image *image, const struct symtab *table, struct place **places, size_t count,
                      enum name_source source)
{
        struct match *matches = all_named(places, count) ? NULL : calloc(count, sizeof(*matches));
        bool complete = source == NAME_SYMTAB || source == NAME_DEBUG_SYMTAB;

        if (!matches)
                return;
        for (size_t i = 0; i < count; i++)
                matches[i].address = places[i]->lookup;
        search(table, matches, count);
        for (size_t i = 0; i < count; i++) {
                if (places[i]->symbol)
                        continue;
                if (matches[i].best) {
                        take(places[i], table, matches[i].best, source);
                } else if (complete && unsized_holds(image, table, &matches[i])) {
                        take(places[i], table, matches[i].unsized, source);
                        places[i]->unsized = true;
                }
        }
        free(matches);
}

void symbols_name(struct image *image, struct place **places, size_t count)
{
        struct symtab table;

        image_open(image);
        if (symtab_from_file(image->elf, ".symtab", &table))
                name_from(image, &table, places, count, NAME_SYMTAB);
        else if (symtab_from_file(image->debug, ".symtab", &table))
                name_from(image, &table, places, count, NAME_DEBUG_SYMTAB);
        else if (symtab_from_file(image->mini, ".symtab", &table))
                name_from(image, &table, places, count, NAME_MINI);
        if (!all_named(places, count) && symtab_from_file(image->elf, ".dynsym", &table))
                name_from(image, &table, places, count, NAME_DYNSYM);
        if (!image->elf && image->in_process && symtab_from_memory((struct module *)image, &table))
                name_from(image, &table, places, count, NAME_MEMORY);
}

uint64_t symbols_function(uint64_t address, const char **name)
{
        struct module *module = modules_find(address);
        uint64_t bias = module ? module->bias : 0;
        /* Kept with the others: its name will be asked for again. */
        struct place *place = module ? places_get(&module->image, address - bias, address - bias) : NULL;

        if (!place)
                return 0;
        if (!place->symbol)
                symbols_name(&module->image, &place, 1);
        *name = place->raw_symbol;
        return place->symbol && *name ? place->symbol_start + bias : 0;
}

uint64_t symbols_nearest(uint64_t address)
{
        struct module *module = modules_find(address);
        struct symtab table;
        struct match match = {.address = module ? address - module->bias : 0};

        if (!module)
                return 0;
        image_open(&module->image);
        if (symtab_from_file(module->image.elf, ".symtab", &table) ||
            symtab_from_file(module->image.debug, ".symtab", &table) ||
            symtab_from_file(module->image.elf, ".dynsym", &table) || symtab_from_memory(module, &table))
                search(&table, &match, 1);
        return match.nearest ? match.nearest + module->bias : 0;
}

uint64_t symbols_entry(struct image *image, const char *name)
{
        struct symtab table;
        uint64_t entry = 0;
        size_t room = strlen(name) + 1;

        image_open(image);
        if (!symtab_from_file(image->elf, ".symtab", &table) && !symtab_from_file(image->debug, ".symtab", &table) &&
            !symtab_from_file(image->elf, ".dynsym", &table))
                return 0;
        for (size_t i = 1; i < table.count; i++) {
                const Elf64_Sym *symbol = &table.symbols[i];

                /* Thousands are compared, and few are as long as they have to be for that. */
                if (!is_code(symbol) || symbol->st_name >= table.strings_length ||
                    table.strings_length - symbol->st_name < room ||
                    memcmp(table.strings + symbol->st_name, name, room) || symbol->st_value == entry)
                        continue;
                if (entry)
                        return 0;
                entry = symbol->st_value;
        }
        return entry;
}

static uint64_t find_data(const struct symtab *table, const char *name)
{
        for (size_t i = 1; i < table->count; i++)
                if (table->symbols[i].st_shndx != SHN_UNDEF && !strcmp(symtab_string(table, &table->symbols[i]), name))
                        return table->symbols[i].st_value;
        return 0;
}

uint64_t symbols_data(struct module *module, const char *name)
{
        struct symtab table;
        uint64_t value = 0;

        if (symtab_from_memory(module, &table))
                value = find_data(&table, name);
        if (!value) {
                image_open(&module->image);
                if (symtab_from_file(module->image.elf, ".symtab", &table) ||
                    symtab_from_file(module->image.debug, ".symtab", &table))
                        value = find_data(&table, name);
        }
        return value ? value + module->bias : 0;
}
