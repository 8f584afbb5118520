/* Parses /proc/self/maps (proc_pid_maps(5)) of the crashed process, which sends it in parts. */
#include "maps.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../protocol.h"
#include "peer.h"

#define MOST_TEXT (64u << 20)

static struct mapping *mappings;
static size_t count, room;

/* The kernel writes newlines in names as \012 (seq_path). */
static void unescape(char *name)
{
        char *to = name;

        for (char *from = name; *from; from++) {
                if (!strncmp(from, "\\012", 4)) {
                        *to++ = '\n';
                        from += 3;
                } else {
                        *to++ = *from;
                }
        }
        *to = 0;
}

static bool parse_line(char *line, struct mapping *mapping)
{
        char *at = line;

        mapping->start = strtoull(at, &at, 16);
        if (*at++ != '-')
                return false;
        mapping->end = strtoull(at, &at, 16);
        if (*at++ != ' ' || strnlen(at, 5) < 5 || mapping->end <= mapping->start)
                return false;
        mapping->readable = at[0] == 'r';
        mapping->writable = at[1] == 'w';
        mapping->executable = at[2] == 'x';
        mapping->shared = at[3] == 's';
        at += 4;
        mapping->offset = strtoull(at, &at, 16);
        while (*at == ' ')
                at++;
        while (isxdigit((unsigned char)*at) || *at == ':')
                at++;
        mapping->inode = strtoull(at, &at, 10);
        while (*at == ' ')
                at++;
        size_t length = strlen(at);
        static const char mark[] = " (deleted)";

        mapping->deleted = length >= sizeof(mark) - 1 && !strcmp(at + length - (sizeof(mark) - 1), mark);
        if (mapping->deleted)
                at[length - (sizeof(mark) - 1)] = 0;
        unescape(at);
        mapping->name = at;
        return true;
}

static bool add_line(char *line)
{
        struct mapping mapping;

        if (!parse_line(line, &mapping))
                return true;
        /* The kernel lists them in order; what does not fit into it is not from the kernel. */
        if (count && mapping.start < mappings[count - 1].end)
                return true;
        if (count == room) {
                size_t more = room ? room * 2 : 64;
                struct mapping *larger = reallocarray(mappings, more, sizeof(*larger));

                if (!larger)
                        return false;
                mappings = larger;
                room = more;
        }
        mappings[count++] = mapping;
        return true;
}

int maps_load(void)
{
        char *text = NULL, *larger, *line, *rest;
        size_t length = 0;
        long got = 0;

        /* The text stays: names point into it. */
        do {
                larger = realloc(text, length + PROTOCOL_PAYLOAD + 1);
                if (!larger)
                        break;
                text = larger;
                got = peer_ask(ASK_MAPS, length, PROTOCOL_PAYLOAD, text + length, PROTOCOL_PAYLOAD);
                length += got > 0 ? (size_t)got : 0;
        } while (got > PROTOCOL_PAYLOAD - MAPS_ROOM && length <= MOST_TEXT);
        if (!text)
                return -ENOMEM;
        if (!length)
                return got < 0 ? (int)got : -ENODATA;
        text[length] = 0;
        for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
                if (!add_line(line))
                        return -ENOMEM;
        return count ? 0 : -ENODATA;
}

size_t maps_count(void)
{
        return count;
}

const struct mapping *maps_at(size_t index)
{
        return index < count ? &mappings[index] : NULL;
}

/* How many mappings start at or below address. */
static size_t count_below(uint64_t address)
{
        size_t low = 0, high = count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (mappings[middle].start <= address)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

const struct mapping *maps_find(uint64_t address)
{
        size_t below = count_below(address);

        return below && address < mappings[below - 1].end ? &mappings[below - 1] : NULL;
}

const struct mapping *maps_above(uint64_t address)
{
        size_t below = count_below(address);

        return below < count ? &mappings[below] : NULL;
}
