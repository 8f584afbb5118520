/* Prints the report: to a descriptor that may be a full pipe, in the form that the crash asks for. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "deliver.h"

#define STALLED_MS 100
static const char priority_mark[] = "<2>";

/* One piece that a pipe takes whole or not at all, after it said that it has room. */
static bool print_piece(const char *piece, size_t length)
{
        while (length) {
                struct pollfd fd = {.fd = PROTOCOL_OUT_FD, .events = POLLOUT};
                int ready = poll(&fd, 1, STALLED_MS);

                if (ready < 0 && errno == EINTR)
                        continue;
                if (ready <= 0 || !(fd.revents & POLLOUT))
                        return false;
                ssize_t written = write(PROTOCOL_OUT_FD, piece, length);

                if (written < 0 && errno != EINTR && errno != EAGAIN)
                        return false;
                if (written > 0) {
                        piece += written;
                        length -= (size_t)written;
                }
        }
        return true;
}

static bool print_lines(const char *text, size_t length, bool priority)
{
        char piece[PIPE_BUF];
        size_t used = 0;

        while (length) {
                const char *end = memchr(text, '\n', length);
                size_t line = end ? (size_t)(end - text) + 1 : length;
                size_t mark = priority ? sizeof(priority_mark) - 1 : 0;

                /* Whole lines together, so that other writers to the same pipe cannot cut one. */
                if (used && used + mark + line > sizeof(piece)) {
                        if (!print_piece(piece, used))
                                return false;
                        used = 0;
                }
                memcpy(piece + used, priority_mark, mark);
                used += mark;
                text += line;
                length -= line;
                for (size_t done = 0; done < line;) {
                        size_t part = line - done < sizeof(piece) - used ? line - done : sizeof(piece) - used;

                        memcpy(piece + used, text - line + done, part);
                        used += part;
                        done += part;
                        if (done < line) {
                                if (!print_piece(piece, used))
                                        return false;
                                used = 0;
                        }
                }
        }
        return print_piece(piece, used);
}

static void add(char *piece, size_t *used, const char *text)
{
        while (*text)
                piece[(*used)++] = *text++;
}

/* One object in one write; a line that is longer than a pipe takes whole becomes several. */
static bool print_object(const char *line, size_t length, const struct crash_facts *facts)
{
        const size_t most = PIPE_BUF - sizeof("\\\"}\n");

        do {
                char piece[PIPE_BUF];
                size_t used = 0;

                if (facts->want & WANT_PRIORITY)
                        add(piece, &used, priority_mark);
                add(piece, &used, facts->line_start);
                /* not in the middle of a character of several bytes (UTF-8) */
                for (; length && (used < most - 4 || (used < most && (*line & 0xc0) == 0x80)); line++, length--) {
                        if (*line == '"' || *line == '\\')
                                piece[used++] = '\\';
                        piece[used++] = *line;
                }
                add(piece, &used, "\"}\n");
                if (!print_piece(piece, used))
                        return false;
        } while (length);
        return true;
}

static bool print_objects(const char *text, size_t length, const struct crash_facts *facts)
{
        while (length) {
                const char *end = memchr(text, '\n', length);
                size_t line = end ? (size_t)(end - text) : length;

                if (!print_object(text, line, facts))
                        return false;
                text += line + (end != NULL);
                length -= line + (end != NULL);
        }
        return true;
}

bool deliver_print(const struct crash_facts *facts, const char *text, size_t length)
{
        if (facts->line_start[0] && !(facts->want & WANT_JSON))
                return print_objects(text, length, facts);
        return print_lines(text, length, facts->want & WANT_PRIORITY);
}
