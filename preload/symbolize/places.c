/* Keeps the code addresses of the report, each once, and has them named. */
#include "places.h"

#include <stdlib.h>

#include "dwarfnames.h"
#include "perfmap.h"
#include "symbols.h"

static struct place **places;
static size_t count, room;

struct place *places_get(struct image *image, uint64_t address, uint64_t lookup)
{
        /* Recursion: the newest ones are the likeliest. */
        for (size_t i = count; i-- > 0;)
                if (places[i]->address == address && places[i]->lookup == lookup && places[i]->image == image)
                        return places[i];
        if (count == room) {
                struct place **larger = reallocarray(places, room ? room * 2 : 64, sizeof(struct place *));

                if (!larger)
                        return NULL;
                places = larger;
                room = room ? room * 2 : 64;
        }
        struct place *place = calloc(1, sizeof(*place));

        if (place) {
                *place = (struct place){.image = image, .address = address, .lookup = lookup};
                places[count++] = place;
        }
        return place;
}

struct place **places_of(const struct image *image, size_t *found)
{
        static struct place **of;
        static size_t of_room;

        *found = 0;
        if (of_room < count) {
                free(of);
                of = calloc(count, sizeof(struct place *));
                of_room = of ? count : 0;
        }
        for (size_t i = 0; i < count && of_room; i++)
                if (places[i]->image == image)
                        of[(*found)++] = places[i];
        return of;
}

static void for_each_image(void (*name)(struct image *, struct place **, size_t))
{
        for (size_t i = 0; i < count; i++) {
                struct image *image = places[i]->image;
                size_t first = 0, found;

                while (places[first]->image != image)
                        first++;
                if (!image || first < i)
                        continue;
                struct place **of = places_of(image, &found);

                if (found)
                        name(image, of, found);
        }
}

void places_name_symbols(void)
{
        for_each_image(symbols_name);
}

void places_name_jit(const char *root, int pid)
{
        size_t found;
        struct place **of = places_of(NULL, &found);

        if (found)
                perfmap_name(root, pid, of, found);
}

void places_name_dwarf(void)
{
        for_each_image(dwarfnames_name);
}
