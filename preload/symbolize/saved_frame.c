/* Reads the raw form of protocol.h, and keeps one image for each file that saved frames were in. */
#include "saved_frame.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"

static struct image **images;
static size_t image_count;

static bool parse_hex(const char *text, unsigned char *to, size_t *bytes)
{
        size_t length = strlen(text);

        if (length % 2 || length / 2 > BUILD_ID_MOST)
                return false;
        for (size_t i = 0; i < length; i += 2) {
                char two[3] = {text[i], text[i + 1], 0};

                if (!isxdigit((unsigned char)two[0]) || !isxdigit((unsigned char)two[1]))
                        return false;
                to[i / 2] = (unsigned char)strtoul(two, NULL, 16);
        }
        *bytes = length / 2;
        return true;
}

static struct image *get_image(const char *path, const unsigned char *id, size_t length)
{
        for (size_t i = 0; i < image_count; i++)
                if (!strcmp(images[i]->path, path) && images[i]->build_id_length == length &&
                    !memcmp(images[i]->build_id, id, length))
                        return images[i];
        struct image **larger = realloc(images, (image_count + 1) * sizeof(void *));
        struct image *image = larger ? calloc(1, sizeof(*image)) : NULL;

        if (larger)
                images = larger;
        if (!image || !(image->path = strdup(path))) {
                free(image);
                return NULL;
        }
        memcpy(image->build_id, id, length);
        image->build_id_length = length;
        return images[image_count++] = image;
}

struct place *saved_place(const char *path, const char *build_id, uint64_t offset, bool interrupted)
{
        unsigned char id[BUILD_ID_MOST];
        size_t length = 0;
        char *plain = strdup(path);
        struct image *image = NULL;

        if (plain && (!strcmp(build_id, "-") || parse_hex(build_id, id, &length))) {
                escape_undo(plain);
                image = get_image(plain, id, length);
        }
        free(plain);
        return image ? places_get(image, offset, interrupted ? offset : offset - 1) : NULL;
}

const char *saved_unnamed(const struct place *place)
{
        if (!place)
                return "the address is in no module";
        if (place->symbol || place->scope_count)
                return NULL;
        if (place->image->elf || place->image->debug)
                return "no symbol covers it";
        return place->image->build_id_length ? "no file with this build-id was found"
                                             : "without a build-id no file can be trusted";
}

/* How the frame was found is in brackets at the end. */
static uint8_t parse_found_by(const char *text)
{
        if (strstr(text, "[registers]"))
                return FOUND_REGISTERS;
        if (strstr(text, "[frame pointer]"))
                return FOUND_FRAME_POINTER;
        return strstr(text, "[stack scan]") ? FOUND_SCAN : FOUND_TABLES;
}

/* "#N pc ADDRESS PATH+OFFSET build-id ID [HOW]" */
static bool parse_frame(struct saved_frame *to, char *text)
{
        char *at, *path, *plus, *end, *id;

        if (*text++ != '#')
                return false;
        to->index = strtoul(text, &at, 10);
        if (strncmp(at, " pc 0x", 6))
                return false;
        to->frame.pc = strtoull(at + 4, &path, 16);
        if (*path++ != ' ' || !(end = strstr(path, " build-id ")))
                return false;
        *end = 0;
        plus = strrchr(path, '+');
        /* What lies in no module has no offset. */
        if ((!plus || strncmp(plus, "+0x", 3)) && strcmp(path, "?"))
                return false;
        uint64_t offset = plus ? strtoull(plus + 1, NULL, 16) : 0;

        if (plus)
                *plus = 0;
        id = end + strlen(" build-id ");
        to->frame.found_by = parse_found_by(id);
        to->frame.interrupted = to->frame.found_by == FOUND_REGISTERS;
        id[strcspn(id, " \r\n\"\\")] = 0;
        if (strcmp(path, "?"))
                to->frame.place = saved_place(path, id, offset, to->frame.interrupted);
        return !strcmp(path, "?") || to->frame.place;
}

bool saved_frame_find(const char *line, struct saved_frame *to)
{
        const char *mark = strstr(line, SAVED_MARK), *id, *bracket;
        char *copy;
        bool found;

        *to = (struct saved_frame){0};
        if (!mark || !(id = strstr(mark, " build-id ")))
                return false;
        bracket = strchr(id, ']');
        to->start = (size_t)(mark - line);
        to->end = bracket ? (size_t)(bracket - line) + 1 : strlen(line);
        copy = strndup(mark + strlen(SAVED_MARK), to->end - to->start - strlen(SAVED_MARK));
        found = copy && parse_frame(to, copy);
        free(copy);
        return found;
}
