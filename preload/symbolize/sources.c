/* Looks through a module's places for the sources that their names came from. */
#include "sources.h"

#include "places.h"

static bool has_symbols(struct place *const *places, size_t count, enum name_source source)
{
        for (size_t i = 0; i < count; i++)
                if (places[i]->source == source && !(places[i]->scope_count && places[i]->scopes[0].function))
                        return true;
        return false;
}

static bool has_dwarf(struct place *const *places, size_t count)
{
        for (size_t i = 0; i < count; i++)
                if (places[i]->scope_count && places[i]->scopes[0].function)
                        return true;
        return false;
}

void sources_each(const struct image *image, void (*put)(void *to, const char *source, const char *file), void *to)
{
        static const struct {
                enum name_source source;
                const char *words;
        } tables[] = {
                {NAME_DEBUG_SYMTAB, ".symtab"}, {NAME_SYMTAB, ".symtab"}, {NAME_MINI, ".gnu_debugdata"},
                {NAME_DYNSYM, ".dynsym"},       {NAME_MEMORY, "memory"},
        };
        size_t count;
        struct place **places = places_of(image, &count);

        if (has_dwarf(places, count)) {
                put(to, "DWARF", image->debug_path);
                if (image->split)
                        put(to, "split DWARF", image->package_path);
                if (image->shared_path)
                        put(to, "shared DWARF", image->shared_path);
        }
        for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
                if (has_symbols(places, count, tables[i].source))
                        put(to, tables[i].words, tables[i].source == NAME_DEBUG_SYMTAB ? image->debug_path : NULL);
}
