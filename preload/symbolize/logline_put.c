/* A line with other words, wrapped again as it was. */
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "logline.h"

/* The object with another text, to be freed. */
static char *rewritten(json_t *object, const char *key, const char *text, size_t length, const char *end)
{
        json_t *copy = json_copy(object);
        json_t *value = json_sprintf("%.*s%s", (int)length, text, end);
        char *dumped;

        /* Null: it is no UTF-8, and JSON can hold nothing else. */
        json_object_set_new(copy, key, value ? value : json_string(escape(text)));
        dumped = json_dumps(copy, JSON_COMPACT);
        json_decref(copy);
        return dumped;
}

static void put_line(const struct logline *line, const char *text, size_t length, FILE *out)
{
        char *ours = line->ours ? rewritten(line->ours, "message", text, length, "") : NULL;
        const char *content = ours ? ours : text;
        size_t size = ours ? strlen(ours) : length;
        char *object = line->by == WRAPPED_DOCKER ? rewritten(line->object, line->key, content, size, "\n") : NULL;

        if (line->by == WRAPPED_CRI)
                fwrite(line->written + line->last, 1, line->head, out);
        if (object)
                fputs(object, out);
        else
                fwrite(content, 1, size, out);
        free(object);
        free(ours);
}

void logline_put(const struct logline *line, const char *content, FILE *out)
{
        const char *end = line->carriage ? "\r\n" : "\n";

        if (line->by == WRAPPED_OBJECT) {
                char *object = rewritten(line->object, line->key, content, strlen(content), "");

                fputs(object ? object : "{}", out);
                free(object);
        }
        for (const char *at = content; line->by != WRAPPED_OBJECT && at; at = strchr(at, '\n')) {
                if (at > content) {
                        fputs(end, out);
                        at++;
                }
                put_line(line, at, strcspn(at, "\n"), out);
        }
        if (line->newline)
                fputs(end, out);
}
