/* The report for a person who reads a log at three in the morning. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "guess.h"
#include "live.h"
#include "machine.h"
#include "modules.h"
#include "names.h"
#include "report.h"
#include "sources.h"
#include "text_facts.h"
#include "text_ledger.h"
#include "text_threads.h"

#define NAME_WIDTH 44
#define LOCATION_WIDTH 34

/* Columns a line has so far: names are short enough for bytes to stand for characters. */
static void pad(FILE *out, size_t used, size_t width)
{
        /* names have blanks of their own, so columns are two apart at least */
        fprintf(out, "%*s", used + 1 < width ? (int)(width - used) : 2, "");
}

static size_t put_name(FILE *out, const char *name)
{
        return (size_t)fprintf(out, "%s", names_brief(name));
}

static size_t put_location(FILE *out, const struct scope *scope)
{
        size_t used;

        if (!scope->file)
                return 0;
        used = (size_t)fprintf(out, "%s", escape(scope->brief));
        if (scope->line)
                used += (size_t)fprintf(out, ":%d", scope->line);
        if (scope->line && scope->column)
                used += (size_t)fprintf(out, ":%d", scope->column);
        return used;
}

static void put_module(FILE *out, const struct frame *frame)
{
        const struct place *place = frame->place;
        const char *slash;

        if (!place || !place->image) {
                fprintf(out, guess_is_generated(unwind_lookup(frame)) ? "code made at run time" : "in no module");
                return;
        }
        slash = strrchr(place->image->path, '/');
        fprintf(out, "%s+0x%llx", escape(slash && slash[1] ? slash + 1 : place->image->path),
                (unsigned long long)place->address);
}

static size_t put_function(FILE *out, const struct frame *frame)
{
        const struct place *place = frame->place;

        if (frame->trampoline)
                return (size_t)fprintf(out, "<signal handler called>");
        if (place && place->scope_count && place->scopes[0].function)
                return put_name(out, place->scopes[0].function);
        if (place && place->symbol) {
                size_t used = put_name(out, place->symbol);

                return used +
                       (size_t)fprintf(out, "+0x%llx", (unsigned long long)(place->address - place->symbol_start));
        }
        return (size_t)fprintf(out, "0x%llx", (unsigned long long)frame->pc);
}

static void put_frame(FILE *out, const struct frame *frame, size_t index)
{
        const struct place *place = frame->place;
        const char *doubt = unwind_doubt(frame);
        bool unsized =
                place && place->unsized && !frame->trampoline && !(place->scope_count && place->scopes[0].function);
        char head[32];
        size_t used = (size_t)snprintf(head, sizeof(head), "  #%-3zu ", index);

        fputs(head, out);
        pad(out, used + put_function(out, frame), NAME_WIDTH);
        pad(out, place && place->scope_count && !frame->trampoline ? put_location(out, &place->scopes[0]) : 0,
            LOCATION_WIDTH);
        put_module(out, frame);
        if (doubt || unsized)
                fprintf(out, "  [%s%s%s]", doubt ? doubt : "", doubt && unsized ? ", " : "",
                        unsized ? "symbol without a size" : "");
        fputc('\n', out);
        for (size_t i = 1; place && i < place->scope_count && !frame->trampoline; i++) {
                const struct scope *scope = &place->scopes[i];

                used = (size_t)fprintf(out, "       inlined into ");
                pad(out, used + put_name(out, scope->function ? scope->function : "?"), NAME_WIDTH);
                put_location(out, scope);
                fputc('\n', out);
        }
}

char *report_frame_lines(const struct frame *frame, size_t index)
{
        char *lines = NULL;
        size_t length;
        FILE *out = open_memstream(&lines, &length);

        if (!out)
                return NULL;
        put_frame(out, frame, index);
        return fclose(out) ? NULL : lines;
}

static void put_end(FILE *out, const struct stack *stack)
{
        static const char *const words[] = {
                [END_LOST] = "no way further up the stack was found",
                [END_MANY] = "more frames than are followed",
                [END_LATE] = "no time was left to follow the stack further",
        };

        if (stack->end != END_COMPLETE)
                fprintf(out, "  ...  %s\n", words[stack->end]);
}

static void put_stack(FILE *out, const struct stack *stack)
{
        struct fold fold = report_fold(stack, 0);

        for (size_t i = 0; i < stack->count;) {
                put_frame(out, &stack->frames[i], i);
                i++;
                /* The first round stays to be read, and the last; those between say nothing new. */
                if (!fold.times || i != fold.start + fold.period)
                        continue;
                size_t times = fold.times - 2;

                if (fold.period == 1)
                        fprintf(out, "  ...  the same frame repeated %zu times ...\n", times);
                else
                        fprintf(out, "  ...  the same %zu frames repeated %zu times ...\n", fold.period, times);
                i += times * fold.period;
                fold = report_fold(stack, i + fold.period);
        }
        put_end(out, stack);
}

static void put_crashed(FILE *out, const struct report *report)
{
        fprintf(out, "sigguard: thread %d \"%s\" (crashed):\n", report->facts.tid, escape(report->facts.thread));
        put_stack(out, &report->crashed);
        text_source(out, report);
        text_locals(out, report);
}

static void put_group(FILE *out, const struct report *report, size_t first)
{
        const struct thread *thread = &report->threads[first];

        text_threads_heading(out, report, first);
        if (thread->stack.count)
                put_stack(out, &thread->stack);
        else if (live_pid())
                fprintf(out, "  %s\n", escape(thread->facts.doing));
        else
                fprintf(out, "  did not stop in time%s%s\n", thread->facts.doing[0] ? "; " : "",
                        escape(thread->facts.doing));
}

static void put_registers(FILE *out, const struct report *report)
{
        fprintf(out, "sigguard: registers:");
        for (unsigned int i = 0; i < MACHINE_SHOWN; i++) {
                unsigned int index = machine_shown(i);

                fprintf(out, "%s %6s 0x%016llx", i % 4 ? " " : "\n ", machine_register_name(index),
                        (unsigned long long)report->facts.registers.r[index]);
        }
        fputc('\n', out);
}

struct listing {
        FILE *out;
        size_t count;
};

static void put_source(void *to, const char *source, const char *file)
{
        struct listing *listing = to;

        fprintf(listing->out, "%s%s%s%s", listing->count++ ? ", " : "; names from ", source, file ? " in " : "",
                file ? escape(file) : "");
}

static void put_modules(FILE *out)
{
        char hex[2 * BUILD_ID_MOST + 1];

        fprintf(out, "sigguard: modules with frames:\n");
        for (const struct module *module = modules_first(); module; module = module->next) {
                struct listing listing = {out, 0};

                if (!module->has_frame)
                        continue;
                fprintf(out, "  0x%llx-0x%llx %s%s build-id %s", (unsigned long long)module->low,
                        (unsigned long long)module->high, escape(module->image.path),
                        module->image.deleted ? " (deleted)" : "", image_build_id_text(&module->image, hex));
                sources_each(&module->image, put_source, &listing);
                fprintf(out, "%s%s\n", module->image.why ? "; " : "", module->image.why ? module->image.why : "");
        }
}

static void put_threads(FILE *out, const struct report *report)
{
        for (size_t i = 0; i < report->thread_count; i++)
                if (report->threads[i].same_as == i)
                        put_group(out, report, i);
}

static void put_degraded(FILE *out, const struct report *report)
{
        for (size_t i = 0; i < report->degraded_count; i++)
                fprintf(out, "sigguard: degraded: %s\n", report->degraded[i]);
}

char *report_text(const struct report *report)
{
        char *text = NULL;
        size_t length;
        FILE *out = open_memstream(&text, &length);

        if (!out)
                return NULL;
        for (size_t i = 0; i < report->diagnosis_count; i++)
                fprintf(out, "sigguard: %s\n", report->diagnosis[i]);
        put_crashed(out, report);
        put_threads(out, report);
        put_registers(out, report);
        text_signals(out, report);
        text_changes(out, report);
        put_modules(out);
        put_degraded(out, report);
        fputs(REPORT_TEXT_TAIL, out);
        return fclose(out) ? NULL : text;
}

char *report_threads_text(const struct report *report)
{
        char *text = NULL;
        size_t length;
        FILE *out = open_memstream(&text, &length);

        if (!out)
                return NULL;
        put_threads(out, report);
        put_modules(out);
        put_degraded(out, report);
        return fclose(out) ? NULL : text;
}
