/* Reads a log line by line, and replaces what reports in it could not name when they were written. */
#include "raw.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "logline.h"
#include "places.h"
#include "report.h"
#include "saved_frame.h"
#include "saved_json.h"

#define MOST_WAITING 65536 /* lines that are kept until a report in them is whole */

static const char not_named[] = " (not named: ";

/* A line of the log that is not printed yet. */
static struct waiting {
        struct logline line;
        bool searched, holds;
} * waiting;
static size_t count, room, open_parts;
static bool in_report;

static struct waiting *add_line(const char *text, size_t length)
{
        if (count == room) {
                size_t more = room ? room * 2 : 256;
                struct waiting *larger = reallocarray(waiting, more, sizeof(*larger));

                if (!larger)
                        return NULL;
                waiting = larger;
                room = more;
        }
        waiting[count] = (struct waiting){0};
        if (!logline_take(&waiting[count].line, text, length))
                return NULL;
        return &waiting[count++];
}

/* The line that the new one is the next part of, or the new one. */
static struct waiting *join(struct waiting *new)
{
        for (size_t i = count - 1; open_parts && i-- > 0;)
                if (logline_join(&waiting[i].line, &new->line)) {
                        count--;
                        open_parts -= !waiting[i].line.open;
                        return &waiting[i];
                }
        open_parts += new->line.open;
        return new;
}

/* Does with each line of content what there is to do; true where there is a report. */
static bool each_line(char *content, bool (*with)(char *line, FILE *out), FILE *out)
{
        bool any = false;

        for (char *at = content, *next; at; at = next) {
                next = strchr(at, '\n');
                if (next)
                        *next = 0;
                any |= with(at, out);
                if (next) {
                        *next++ = '\n';
                        if (out)
                                fputc('\n', out);
                }
        }
        return any;
}

/* First pass: the places of all frames. */
static bool find_frames(char *line, FILE *out)
{
        struct saved_frame raw;
        size_t start, end;
        json_t *report = saved_json_find(line, &start, &end);

        (void)out;
        if (report) {
                saved_json_place(report);
                json_decref(report);
                return true;
        }
        if (strstr(line, SAVED_MARK "end")) {
                in_report = false;
                return true;
        }
        if (!saved_frame_find(line, &raw))
                return false;
        return in_report = true;
}

/* A frame's lines with the log's prefix before each. Returns false if it has no name. */
static bool put_frame(const struct saved_frame *raw, const char *line, FILE *out)
{
        const char *why = saved_unnamed(raw->frame.place), *behind = line + raw->end, *noted;
        char *text, *part, *rest;
        int lines = 0;

        /* An earlier run may have said why it did not know the name. */
        noted = strncmp(behind, not_named, sizeof(not_named) - 1) ? NULL : strchr(behind, ')');
        if (noted)
                behind = noted + 1;
        if (why) {
                fprintf(out, "%.*s%s%s)%s", (int)raw->end, line, not_named, why, behind);
                return false;
        }
        text = report_frame_lines(&raw->frame, raw->index);
        for (part = text ? strtok_r(text, "\n", &rest) : NULL; part; part = strtok_r(NULL, "\n", &rest))
                fprintf(out, "%s%.*s%s", lines++ ? "\n" : "", (int)raw->start, line, part);
        fputs(behind, out);
        free(text);
        return true;
}

/* Second pass: true if a frame stays without a name. */
static bool put_line(char *line, FILE *out)
{
        struct saved_frame raw;
        size_t start, end;
        json_t *report = saved_json_find(line, &start, &end);

        if (report) {
                bool all = saved_json_fill(report);
                char *text = json_dumps(report, JSON_COMPACT);

                fprintf(out, "%.*s%s%s", (int)start, line, text ? text : "", line + end);
                free(text);
                json_decref(report);
                return !all;
        }
        if (saved_frame_find(line, &raw))
                return !put_frame(&raw, line, out);
        fputs(line, out);
        return false;
}

static bool put_waiting(struct waiting *one, FILE *out)
{
        char *text = NULL;
        size_t length;
        FILE *memory = one->holds ? open_memstream(&text, &length) : NULL;
        bool unnamed = false;

        if (memory) {
                unnamed = each_line(one->line.content, put_line, memory);
                if (fclose(memory))
                        text = NULL;
        }
        if (text)
                logline_put(&one->line, text, out);
        else
                fwrite(one->line.written, 1, one->line.written_length, out);
        free(text);
        logline_free(&one->line);
        return unnamed;
}

/* Prints all lines that wait. True if a frame stays without a name. */
static bool put_all(FILE *out)
{
        bool unnamed = false, any = false;

        if (!waiting)
                return false;
        for (size_t i = 0; i < count; i++) {
                if (!waiting[i].searched && waiting[i].line.content)
                        waiting[i].holds = each_line(waiting[i].line.content, find_frames, NULL);
                any |= waiting[i].holds;
        }
        if (any) {
                places_name_symbols();
                places_name_dwarf(NULL);
        }
        for (size_t i = 0; i < count; i++)
                if (!ferror(out))
                        unnamed |= put_waiting(&waiting[i], out);
        if (any)
                fflush(out); /* whoever follows a log sees the report when it is whole */
        count = open_parts = 0;
        in_report = false;
        return unnamed;
}

int raw_filter(FILE *in, FILE *out)
{
        char *text = NULL;
        size_t size = 0;
        ssize_t length;
        int result = 0, reason;

        while (!ferror(out) && (length = getline(&text, &size, in)) > 0) {
                struct waiting *one = add_line(text, (size_t)length);

                if (!one) {
                        result = 2;
                        break;
                }
                one = join(one);
                if (!one->line.open && one->line.content) {
                        one->searched = true;
                        one->holds = each_line(one->line.content, find_frames, NULL);
                }
                if ((!open_parts && !in_report) || count >= MOST_WAITING)
                        result |= put_all(out);
        }
        reason = errno;
        free(text);
        if (!ferror(out))
                result |= put_all(out);
        if (!ferror(out))
                errno = reason;
        return result & 2 || ferror(in) || ferror(out) ? 2 : result;
}
