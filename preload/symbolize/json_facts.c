/* Source lines and variables in the JSON report. */
#include "json_facts.h"

#include "json_parts.h"
#include "locals.h"
#include "source.h"

json_t *json_source(const struct report *report)
{
        const struct source *source = report->source;
        json_t *lines;

        if (!source)
                return json_null();
        lines = json_array();
        for (int i = 0; i < source->count; i++)
                json_array_append_new(lines,
                                      json_pack("{s:i,s:s}", "number", source->first + i, "text", source->texts[i]));
        return json_pack("{s:I,s:o,s:o,s:i,s:o,s:o}", "frame", (json_int_t)source->frame, "function",
                         json_words(source->function), "file", json_words(source->file), "line", source->line, "lines",
                         lines, "doubt", json_words(source->doubt));
}

static json_t *variables_json(const struct report *report, const struct variables *function)
{
        const struct place *place = report->crashed.frames[function->frame].place;
        const char *name = function->scope < place->scope_count ? place->scopes[function->scope].function : NULL;
        json_t *list = json_array();

        for (size_t i = 0; i < function->count; i++) {
                const struct variable *from = &function->list[i];

                json_array_append_new(list, json_pack("{s:s,s:b,s:o,s:o}", "name", from->name, "argument",
                                                      from->argument, "value", json_words(from->value), "reason",
                                                      json_words(from->value ? NULL : from->reason)));
        }
        return json_pack("{s:I,s:I,s:o,s:o,s:I}", "frame", (json_int_t)function->frame, "scope",
                         (json_int_t)function->scope, "function", json_words(name), "variables", list, "left_out",
                         (json_int_t)function->left_out);
}

json_t *json_locals(const struct report *report)
{
        json_t *array;

        if (!report->locals)
                return json_null();
        array = json_array();
        for (size_t i = 0; i < report->locals->count; i++)
                json_array_append_new(array, variables_json(report, &report->locals->functions[i]));
        return array;
}
