/* The wrappings: Docker's json-file driver, the Kubernetes container runtime interface, JSON of journalctl and others. */
#include "logline.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "saved_frame.h"
#include "saved_json.h"

#define MOST_JOINED (16u << 20)
#define DOCKER_CUTS_AT 16384 /* moby: daemon/logger/copier.go, defaultBufSize */

/* A report that has begun and not ended: then a line without a newline is the first part of one. */
static bool is_cut(const char *content)
{
        const char *raw = strstr(content, SAVED_MARK), *report = strstr(content, SAVED_JSON_MARK);
        size_t start, end;

        if (raw && strstr(raw, "pc ") && !strchr(raw, ']'))
                return true;
        json_t *whole = report ? saved_json_find(report, &start, &end) : NULL;

        json_decref(whole);
        return report && !whole;
}

/* "2026-01-01T00:00:00.0Z stderr F text"; P is a part (kubernetes/design-proposals: kubelet-cri-logging). */
static void take_cri(struct logline *line, const char *text)
{
        size_t time = strcspn(text, " ");
        const char *at = text + time;
        char name[8] = {0};

        if (time < 20 || text[4] != '-' || text[10] != 'T' || !isdigit((unsigned char)text[0]))
                return;
        if (strncmp(at, " stdout ", 8) != 0 && strncmp(at, " stderr ", 8) != 0)
                return;
        memcpy(name, at + 1, 6);
        at += 8;
        if ((*at != 'P' && *at != 'F') || (at[1] != ' ' && at[1] != ':'))
                return;
        line->by = WRAPPED_CRI;
        line->open = *at == 'P';
        line->ended = !line->open;
        at += strcspn(at, " ");
        at += *at == ' ';
        line->head = (size_t)(at - text);
        line->stream = strdup(name);
        line->content = strdup(at);
}

/* journalctl -o json tells bytes that are no UTF-8 as an array of numbers (systemd: Journal JSON Format). */
static char *text_of(const json_t *value)
{
        size_t length = json_array_size(value);
        char *text;

        if (json_is_string(value))
                return strdup(json_string_value(value));
        text = length ? malloc(length + 1) : NULL;
        for (size_t i = 0; text && i < length; i++)
                text[i] = (char)json_integer_value(json_array_get(value, i));
        if (text)
                text[length] = 0;
        return text;
}

static bool holds_report(const char *text)
{
        return text && (strstr(text, SAVED_MARK) || strstr(text, SAVED_JSON_MARK));
}

static const char *member(const json_t *object, const char *key)
{
        return json_string_value(json_object_get(object, key));
}

static void take_object(struct logline *line, json_t *object)
{
        const char *key;
        json_t *value;

        if (member(object, "log") && member(object, "stream")) {
                line->by = WRAPPED_DOCKER;
                line->key = strdup("log");
                line->stream = strdup(member(object, "stream"));
        }
        json_object_foreach(object, key, value)
        {
                char *text = line->key ? NULL : text_of(value);

                if (holds_report(text) || (text && !strcmp(key, "MESSAGE"))) {
                        const char *stream = member(object, "_STREAM_ID"), *cut = member(object, "_LINE_BREAK");

                        line->by = WRAPPED_OBJECT;
                        line->key = strdup(key);
                        line->stream = strdup(stream ? stream : "");
                        line->open = cut && !strcmp(cut, "line-max");
                }
                free(text);
        }
        if (!line->key)
                return;
        line->object = json_incref(object);
        line->content = text_of(json_object_get(object, line->key));
        size_t length = line->content ? strlen(line->content) : 0;

        line->ended = line->by != WRAPPED_DOCKER || (length && line->content[length - 1] == '\n');
        if (length && line->content[length - 1] == '\n')
                line->content[length - 1] = 0;
        if (!line->ended && length)
                line->open = length >= DOCKER_CUTS_AT || is_cut(line->content);
}

/* SIGGUARD_LOG_FORMAT=json (insignal/line.h), also where a container runtime has wrapped the line once more. */
static void take_ours(struct logline *line, const char *text)
{
        json_t *object = *text == '{' ? json_loads(text, 0, NULL) : NULL;
        char *message = object && member(object, "program") && json_is_integer(json_object_get(object, "time_ns"))
                                ? text_of(json_object_get(object, "message"))
                                : NULL;

        if (message) {
                free(line->content);
                line->content = message;
                line->ours = json_incref(object);
                if (line->by == WRAPPED_NOT)
                        line->by = WRAPPED_OURS;
        }
        json_decref(object);
}

bool logline_take(struct logline *line, const char *text, size_t length)
{
        char *plain;

        *line = (struct logline){.written = malloc(length + 1), .written_length = length};
        if (!line->written)
                return false;
        memcpy(line->written, text, length);
        line->written[length] = 0;
        plain = strdup(line->written);
        if (!plain)
                return false;
        if (strlen(plain) < length) {
                free(plain); /* no text */
                return true;
        }
        line->newline = length && plain[length - 1] == '\n';
        length -= line->newline;
        line->carriage = line->newline && length && plain[length - 1] == '\r';
        length -= line->carriage;
        plain[length] = 0;
        json_t *object = plain[0] == '{' ? json_loads(plain, 0, NULL) : NULL;

        if (object && !saved_json_is_report(object))
                take_object(line, object);
        else if (!object)
                take_cri(line, plain);
        json_decref(object);
        take_ours(line, line->content ? line->content : plain);
        if (line->by == WRAPPED_NOT)
                line->content = plain;
        else
                free(plain);
        return line->content != NULL || line->by != WRAPPED_NOT;
}

bool logline_join(struct logline *line, struct logline *next)
{
        char *written, *content;

        if (!line->open || line->by != next->by || !line->content || !next->content || !line->stream || !next->stream ||
            strcmp(line->stream, next->stream) != 0 || (line->key && strcmp(line->key, next->key) != 0))
                return false;
        written = realloc(line->written, line->written_length + next->written_length + 1);
        if (!written)
                return false;
        line->written = written;
        size_t before = strlen(line->content), more = strlen(next->content) + 1;

        content = realloc(line->content, before + more);
        if (!content)
                return false;
        memcpy(content + before, next->content, more);
        line->content = content;
        memcpy(written + line->written_length, next->written, next->written_length + 1);
        line->last = line->written_length;
        line->newline = next->newline;
        line->carriage = next->carriage;
        line->written_length += next->written_length;
        line->head = next->head;
        line->open = (next->open || (!next->ended && is_cut(content))) && line->written_length < MOST_JOINED;
        json_decref(line->object);
        line->object = json_incref(next->object);
        logline_free(next);
        return true;
}

void logline_free(struct logline *line)
{
        free(line->written);
        free(line->content);
        free(line->key);
        free(line->stream);
        json_decref(line->object);
        json_decref(line->ours);
        *line = (struct logline){0};
}
