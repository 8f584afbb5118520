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

static int by_lookup(const void *left, const void *right)
{
        const struct place *a = *(struct place *const *)left, *b = *(struct place *const *)right;

        return a->lookup < b->lookup ? -1 : a->lookup > b->lookup;
}

void places_sort(struct place **unsorted, size_t length)
{
        if (length)
                qsort(unsorted, length, sizeof(struct place *), by_lookup);
}

size_t places_from(struct place *const *sorted, size_t length, uint64_t address)
{
        size_t low = 0;

        while (low < length) {
                size_t middle = (low + length) / 2;

                if (sorted[middle]->lookup < address)
                        low = middle + 1;
                else
                        length = middle;
        }
        return low;
}

static void for_each_image(void (*name)(struct image *, struct place **, size_t, void (*)(void)), void (*after)(void))
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
                        name(image, of, found, after);
        }
}

static void name_symbols(struct image *image, struct place **of, size_t found, void (*unused)(void))
{
        (void)unused;
        symbols_name(image, of, found);
}

void places_name_symbols(void)
{
        for_each_image(name_symbols, NULL);
}

void places_name_jit(const char *root, int pid)
{
        size_t found;
        struct place **of = places_of(NULL, &found);

        if (found)
                perfmap_name(root, pid, of, found);
}

void places_name_dwarf(void (*after_unit)(void))
{
        for_each_image(dwarfnames_name, after_unit);
}
