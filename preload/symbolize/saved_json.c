/* Walks through a saved JSON report, and fills in what its frames lack. */
#include "saved_json.h"

#include <stdlib.h>
#include <string.h>

#include "json_parts.h"
#include "saved_frame.h"

bool saved_json_is_report(const json_t *object)
{
        return json_is_integer(json_object_get(object, "schema")) &&
               (json_is_object(json_object_get(object, "stack")) || json_is_array(json_object_get(object, "threads")));
}

json_t *saved_json_find(const char *line, size_t *start, size_t *end)
{
        const char *mark = strstr(line, SAVED_JSON_MARK);
        json_error_t behind;
        json_t *object = mark ? json_loads(mark, JSON_DISABLE_EOF_CHECK, &behind) : NULL;

        if (!object || !saved_json_is_report(object)) {
                json_decref(object);
                return NULL;
        }
        *start = (size_t)(mark - line);
        *end = *start + (size_t)behind.position;
        return object;
}

static bool is_true(const json_t *frame, const char *key)
{
        return json_is_true(json_object_get(frame, key));
}

static bool has_text(const json_t *frame, const char *key)
{
        return json_string_length(json_object_get(frame, key)) > 0;
}

static struct place *place_of(const json_t *frame)
{
        const char *path = json_string_value(json_object_get(frame, "module"));
        const char *offset = json_string_value(json_object_get(frame, "module_offset"));
        const char *id = json_string_value(json_object_get(frame, "build_id"));

        if (!path || !offset || !id)
                return NULL;
        return saved_place(path, id, strtoull(offset, NULL, 16),
                           is_true(frame, "interrupted") || is_true(frame, "signal_trampoline"));
}

/* A frame with a source line is as good as it will be; nobody wrote a signal trampoline. */
static bool place_frame(json_t *frame)
{
        if (!has_text(frame, "file") && !is_true(frame, "signal_trampoline"))
                (void)place_of(frame);
        return true;
}

static bool fill_frame(json_t *frame)
{
        struct place *place;
        const char *why;

        if (has_text(frame, "file") || is_true(frame, "signal_trampoline"))
                return true;
        place = place_of(frame);
        why = saved_unnamed(place);
        json_object_del(frame, "not_named");
        if (!why)
                json_place(frame, place, false);
        else if (!has_text(frame, "function"))
                json_object_set_new(frame, "not_named", json_string(why));
        return !why || has_text(frame, "function");
}

static bool each_frame(json_t *stack, bool (*with)(json_t *))
{
        json_t *frame;
        size_t i;
        bool all = true;

        json_array_foreach(json_object_get(stack, "frames"), i, frame)
        {
                if (json_is_object(frame))
                        all &= with(frame);
        }
        return all;
}

static bool each_stack(json_t *report, bool (*with)(json_t *))
{
        json_t *thread;
        size_t i;
        bool all = each_frame(json_object_get(report, "stack"), with);

        json_array_foreach(json_object_get(report, "threads"), i, thread)
        {
                all &= each_frame(json_object_get(thread, "stack"), with);
        }
        return all;
}

void saved_json_place(json_t *report)
{
        (void)each_stack(report, place_frame);
}

bool saved_json_fill(json_t *report)
{
        return each_stack(report, fill_frame);
}
