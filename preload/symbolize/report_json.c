/* The report for machines: the facts of the text, whole names and paths, one line (docs/report.schema.json). */
#include "escape.h"
#include "guess.h"
#include "machine.h"
#include "json_facts.h"
#include "json_parts.h"
#include "ledger.h"
#include "modules.h"
#include "sources.h"
#include "text_threads.h"

#define SCHEMA 1

static json_t *number_or_null(int value)
{
        return value ? json_integer(value) : json_null();
}

static void add_scopes(json_t *frame, const struct place *place)
{
        json_t *inlined = json_array();

        for (size_t i = 0; i < place->scope_count; i++) {
                const struct scope *scope = &place->scopes[i];
                json_t *to = i ? json_object() : frame;

                if (i || scope->function)
                        json_object_set_new(to, "function", json_words(scope->function));
                json_object_set_new(to, "file", json_words(scope->file));
                json_object_set_new(to, "line", number_or_null(scope->line));
                json_object_set_new(to, "column", number_or_null(scope->column));
                if (i)
                        json_array_append_new(inlined, to);
        }
        json_object_set_new(frame, "inlined_into", inlined);
}

void json_place(json_t *frame, const struct place *place, bool trampoline)
{
        json_object_set_new(frame, "function", json_words(place->symbol));
        if (place->symbol) {
                json_object_set_new(frame, "symbol", json_words(place->raw_symbol));
                json_object_set_new(frame, "symbol_offset", json_hex(place->address - place->symbol_start));
                json_object_set_new(frame, "symbol_has_size", json_boolean(!place->unsized));
        }
        if (place->scope_count && !trampoline)
                add_scopes(frame, place);
}

static json_t *frame_json(const struct frame *from, size_t index)
{
        static const char *const found_by[] = {
                [FOUND_REGISTERS] = "registers",  [FOUND_TABLES] = "unwind tables",
                [FOUND_SIGNAL] = "signal frame",  [FOUND_ENTRY] = "return address of the call",
                [FOUND_EDGE] = "function's edge", [FOUND_FRAME_POINTER] = "frame pointer",
                [FOUND_TAIL_CALL] = "tail call",  [FOUND_GOROUTINE] = "frame pointer of the goroutine",
                [FOUND_SCAN] = "stack scan",
        };
        const struct place *place = from->place;
        json_t *frame = json_object();
        char id[2 * BUILD_ID_MOST + 1];

        json_object_set_new(frame, "index", json_integer((json_int_t)index));
        json_object_set_new(frame, "pc", json_hex(from->pc));
        json_object_set_new(frame, "sp", json_hex(from->sp));
        json_object_set_new(frame, "found_by", json_string(found_by[from->found_by]));
        json_object_set_new(frame, "interrupted", json_boolean(from->interrupted));
        json_object_set_new(frame, "signal_trampoline", json_boolean(from->trampoline));
        if (!place || !place->image) {
                json_object_set_new(frame, "function", json_words(place ? place->symbol : NULL));
                json_object_set_new(frame, "generated", json_boolean(guess_is_generated(unwind_lookup(from))));
                return frame;
        }
        json_object_set_new(frame, "module", json_words(place->image->path));
        json_object_set_new(frame, "module_offset", json_hex(place->address));
        json_object_set_new(frame, "build_id", json_string(image_build_id_text(place->image, id)));
        json_place(frame, place, from->trampoline);
        return frame;
}

/* Folded recursion: the first round, how often it is repeated, and what follows. */
static json_t *stack_json(const struct stack *stack)
{
        static const char *const ends[] = {
                [END_COMPLETE] = "complete",
                [END_LOST] = "lost",
                [END_MANY] = "too many",
                [END_LATE] = "no time",
        };
        struct fold fold = report_fold(stack, 0);
        json_t *all = json_object(), *frames = json_array(), *folds = json_array();

        for (size_t i = 0; i < stack->count;) {
                json_array_append_new(frames, frame_json(&stack->frames[i], i));
                i++;
                if (!fold.times || i != fold.start + fold.period)
                        continue;
                json_array_append_new(folds, json_pack("{s:I,s:I,s:I}", "first", (json_int_t)fold.start, "frames",
                                                       (json_int_t)fold.period, "times", (json_int_t)fold.times));
                i += (fold.times - 2) * fold.period;
                fold = report_fold(stack, i + fold.period);
        }
        json_object_set_new(all, "frames", frames);
        json_object_set_new(all, "repeated", folds);
        json_object_set_new(all, "end", json_string(ends[stack->end]));
        return all;
}

static json_t *lines_json(char *const *lines, size_t count)
{
        json_t *array = json_array();

        for (size_t i = 0; i < count; i++)
                json_array_append_new(array, json_words(lines[i]));
        return array;
}

static json_t *registers_json(const struct registers *registers)
{
        json_t *object = json_object();

        for (unsigned int i = 0; i < MACHINE_SHOWN; i++) {
                unsigned int index = machine_shown(i);

                json_object_set_new(object, machine_register_name(index), json_hex(registers->r[index]));
        }
        return object;
}

static json_t *threads_json(const struct report *report)
{
        json_t *array = json_array();

        for (size_t i = 0; i < report->thread_count; i++) {
                const struct thread *from = &report->threads[i];
                json_t *thread = json_object();

                json_object_set_new(thread, "tid", json_integer(from->facts.tid));
                json_object_set_new(thread, "name", json_words(from->facts.name));
                json_object_set_new(thread, "answered", json_boolean(from->facts.answered));
                json_object_set_new(thread, "doing", json_words(from->facts.doing));
                json_object_set_new(thread, "idle_in", json_words(text_threads_waits(&from->stack)));
                if (from->same_as != i)
                        json_object_set_new(thread, "same_stack_as",
                                            json_integer(report->threads[from->same_as].facts.tid));
                else if (from->stack.count)
                        json_object_set_new(thread, "stack", stack_json(&from->stack));
                json_array_append_new(array, thread);
        }
        return array;
}

static void add_source(void *to, const char *source, const char *file)
{
        json_array_append_new(to, json_pack("{s:s,s:o}", "source", source, "file", json_words(file)));
}

static json_t *modules_json(void)
{
        json_t *array = json_array();
        char id[2 * BUILD_ID_MOST + 1];

        for (const struct module *from = modules_first(); from; from = from->next) {
                if (!from->has_frame)
                        continue;
                json_t *module = json_object();

                json_object_set_new(module, "path", json_words(from->image.path));
                json_object_set_new(module, "low", json_hex(from->low));
                json_object_set_new(module, "high", json_hex(from->high));
                json_object_set_new(module, "bias", json_hex(from->bias));
                json_object_set_new(module, "build_id", json_string(image_build_id_text(&from->image, id)));
                json_object_set_new(module, "deleted", json_boolean(from->image.deleted));
                json_object_set_new(module, "debug_file", json_words(from->image.debug_path));
                json_t *sources = json_array();

                sources_each(&from->image, add_source, sources);
                json_object_set_new(module, "names_from", sources);
                json_object_set_new(module, "note", json_words(from->image.why));
                json_array_append_new(array, module);
        }
        return array;
}

static void add_crash(json_t *root, const struct crash_facts *facts)
{
        static const char *const access[] = {NULL, "read", "write", "execute"};

        json_object_set_new(root, "schema", json_integer(SCHEMA));
        json_object_set_new(root, "head", json_words(facts->head));
        json_object_set_new(root, "program", json_words(facts->program));
        json_object_set_new(root, "pid", json_integer(facts->pid));
        json_object_set_new(root, "tid", json_integer(facts->tid));
        json_object_set_new(root, "thread", json_words(facts->thread));
        json_object_set_new(root, "time_ns", json_integer((json_int_t)facts->time_ns));
        json_object_set_new(root, "signal", json_integer(facts->signal));
        json_object_set_new(root, "signal_name", json_string(report_signal_name(facts->signal)));
        json_object_set_new(root, "code", json_integer(facts->code));
        json_object_set_new(root, "address", facts->code > 0 ? json_hex(facts->siginfo[2]) : json_null());
        json_object_set_new(root, "sender", json_sender(&facts->sender));
        json_object_set_new(root, "access", json_words(facts->access < 4 ? access[facts->access] : NULL));
}

char *report_json(const struct report *report)
{
        json_t *root = json_object();

        if (!root)
                return NULL;
        add_crash(root, &report->facts);
        json_object_set_new(root, "diagnosis", lines_json(report->diagnosis, report->diagnosis_count));
        json_object_set_new(root, "stack", stack_json(&report->crashed));
        json_object_set_new(root, "source", json_source(report));
        json_object_set_new(root, "locals", json_locals(report));
        json_object_set_new(root, "threads", threads_json(report));
        json_object_set_new(root, "registers", registers_json(&report->facts.registers));
        json_object_set_new(root, "signals", json_signals(report->ledger));
        json_object_set_new(root, "changes", json_changes(report->ledger));
        json_object_set_new(root, "changes_lost",
                            json_integer(report->ledger ? (json_int_t)ledger_first(report->ledger) : 0));
        json_object_set_new(root, "modules", modules_json());
        json_object_set_new(root, "degraded", lines_json(report->degraded, report->degraded_count));
        char *line = json_dumps(root, JSON_COMPACT);

        json_decref(root);
        return line;
}

json_t *report_threads_json(const struct report *report)
{
        return json_pack("{s:i,s:i,s:o,s:I,s:o,s:o,s:o}", "schema", SCHEMA, "pid", report->facts.pid, "program",
                         json_words(report->facts.program), "time_ns", (json_int_t)report->facts.time_ns, "threads",
                         threads_json(report), "modules", modules_json(), "degraded",
                         lines_json(report->degraded, report->degraded_count));
}
