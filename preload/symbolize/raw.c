/* Reads lines, and replaces each raw frame by what symbol tables and DWARF know of it. */
#include "raw.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "places.h"
#include "report.h"

/* One line of the text, and the raw frame in it. */
struct line {
        char *text;
        size_t prefix; /* what stands before the raw frame, a log's own prefix */
        struct frame frame;
        bool is_raw;
        unsigned long index;
};

static struct line *lines;
static size_t count, room;
static struct image **images;
static size_t image_count;

static bool parse_hex(const char *text, size_t length, unsigned char *to, size_t *bytes)
{
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
static bool parse_frame(struct line *line, char *text)
{
        char *at, *path, *plus, *end;
        unsigned char id[BUILD_ID_MOST];
        size_t id_length = 0;

        if (*text++ != '#')
                return false;
        line->index = strtoul(text, &at, 10);
        if (strncmp(at, " pc 0x", 6))
                return false;
        line->frame.pc = strtoull(at + 4, &path, 16);
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

        at = end + strlen(" build-id ");
        size_t length = strcspn(at, " \r\n\"\\");

        line->frame.found_by = parse_found_by(at);
        line->frame.interrupted = line->frame.found_by == FOUND_REGISTERS;
        at[length] = 0;
        if (strcmp(at, "-") && !parse_hex(at, length, id, &id_length))
                return false;
        escape_undo(path);
        struct image *image = strcmp(path, "?") ? get_image(path, id, id_length) : NULL;

        line->frame.place = image ? places_get(image, offset, line->frame.interrupted ? offset : offset - 1) : NULL;
        return true;
}

static bool add_line(const char *text)
{
        static const char mark[] = "sigguard: raw ";
        const char *raw = strstr(text, mark);

        if (count == room) {
                struct line *larger = reallocarray(lines, room ? room * 2 : 256, sizeof(*larger));

                if (!larger)
                        return false;
                lines = larger;
                room = room ? room * 2 : 256;
        }
        struct line *line = &lines[count++];

        *line = (struct line){.text = strdup(text), .prefix = raw ? (size_t)(raw - text) : 0};
        char *copy = raw ? strdup(raw + sizeof(mark) - 1) : NULL;

        line->is_raw = copy && parse_frame(line, copy);
        free(copy);
        return line->text != NULL;
}

static bool is_named(const struct place *place)
{
        return place && (place->symbol || place->scope_count);
}

/* A frame's lines with the log's prefix before each. Returns false if it has no name. */
static bool put_line(const struct line *line, FILE *out)
{
        const struct place *place = line->frame.place;
        char *text, *part, *rest;

        if (!line->is_raw) {
                fputs(line->text, out);
                return true;
        }
        if (!is_named(place)) {
                size_t length = strcspn(line->text, "\n");
                const char *why = !place                                     ? "the address is in no module"
                                  : place->image->elf || place->image->debug ? "no symbol covers it"
                                  : place->image->build_id_length            ? "no file with this build-id was found"
                                                                  : "without a build-id no file can be trusted";

                fprintf(out, "%.*s (not named: %s)%s", (int)length, line->text, why, line->text + length);
                return false;
        }
        text = report_frame_lines(&line->frame, line->index);
        for (part = text ? strtok_r(text, "\n", &rest) : NULL; part; part = strtok_r(NULL, "\n", &rest))
                fprintf(out, "%.*s%s\n", (int)line->prefix, line->text, part);
        free(text);
        return true;
}

int raw_filter(FILE *in, FILE *out)
{
        char *text = NULL;
        size_t size = 0;
        int result = 0;

        while (getline(&text, &size, in) > 0)
                if (!add_line(text)) {
                        free(text);
                        return 2;
                }
        free(text);
        places_name_symbols();
        places_name_dwarf();
        for (size_t i = 0; i < count; i++) {
                if (!put_line(&lines[i], out))
                        result = 1;
                free(lines[i].text);
        }
        count = 0;
        return ferror(in) || fflush(out) || ferror(out) ? 2 : result;
}
