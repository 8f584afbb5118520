/* Gathers the facts of a crash from the process that crashed. */
#define _GNU_SOURCE /* vasprintf, sigabbrev_np */
#include "report.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "escape.h"
#include "ledger.h"
#include "locals.h"
#include "machine.h"
#include "modules.h"
#include "peer.h"

static void add_line(char **lines, size_t *count, const char *format, va_list values)
{
        if (*count < REPORT_LINES && vasprintf(&lines[*count], format, values) >= 0)
                ++*count;
}

void report_diagnose(struct report *report, const char *format, ...)
{
        va_list values;

        va_start(values, format);
        add_line(report->diagnosis, &report->diagnosis_count, format, values);
        va_end(values);
}

void report_degrade(struct report *report, const char *format, ...)
{
        va_list values;

        va_start(values, format);
        add_line(report->degraded, &report->degraded_count, format, values);
        va_end(values);
}

const char *report_signal_name(int signal)
{
        static char name[24];
        const char *brief = sigabbrev_np(signal);

        if (brief)
                snprintf(name, sizeof(name), "SIG%s", brief);
        else
                snprintf(name, sizeof(name), "signal %d", signal);
        return name;
}

static void end_strings(struct crash_facts *facts)
{
        facts->program[sizeof(facts->program) - 1] = 0;
        facts->thread[sizeof(facts->thread) - 1] = 0;
        ledger_end_sender(&facts->sender);
        facts->head[sizeof(facts->head) - 1] = 0;
        facts->report_dir[sizeof(facts->report_dir) - 1] = 0;
        facts->line_start[sizeof(facts->line_start) - 1] = 0;
}

static void take_degradations(struct report *report)
{
        static const struct {
                uint32_t bit;
                const char *words;
        } table[] = {
                {DEGRADED_HEAD_LOST, "the head line could not be written in time"},
                {DEGRADED_NO_PROC, "/proc/self/maps could not be read; modules come from the dynamic loader's list"},
                {DEGRADED_THREADS_LATE, "some threads did not stop in time"},
                {DEGRADED_NO_THREADS, "the other threads could not be listed"},
                {DEGRADED_MANY_THREADS, "there are more than 256 threads; the others are left out"},
                {DEGRADED_SECOND_CRASH, "a step of the crash handler failed itself and was left out"},
                {DEGRADED_OTHER_HELPER, "the carried helper could not be started; an installed one made this report"},
        };

        for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
                if (report->facts.degraded & table[i].bit)
                        report_degrade(report, "%s", table[i].words);
}

void report_unwind(struct stack *stack, const struct registers *registers, uint64_t until_ns)
{
        unwind_stack(stack, registers, until_ns);
        for (size_t i = 0; i < stack->count; i++) {
                struct frame *frame = &stack->frames[i];
                uint64_t lookup = unwind_lookup(frame);
                struct module *module = modules_find(lookup);
                uint64_t bias = module ? module->bias : 0;

                if (module)
                        module->has_frame = true;
                frame->place = places_get(module ? &module->image : NULL, frame->pc - bias, lookup - bias);
        }
}

uint64_t report_now(void)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t report_from_now(const struct report *report, unsigned int percent)
{
        uint64_t now_ns = report_now();

        if (!report->facts.deadline_ns)
                return 0;
        return report->facts.deadline_ns > now_ns ? now_ns + (report->facts.deadline_ns - now_ns) / 100 * percent
                                                  : now_ns;
}

int report_gather(struct report *report)
{
        struct crash_facts *facts = &report->facts;
        long got = peer_ask(ASK_CRASH, 0, 0, facts, sizeof(*facts));

        if (got < 0)
                return (int)got;
        if (got != sizeof(*facts) || facts->version != PROTOCOL_VERSION || facts->size != sizeof(*facts) ||
            facts->machine != MACHINE_NUMBER)
                return -EPROTO;
        end_strings(facts);
        take_degradations(report);
        peer_deadline(facts->deadline_ns);
        if (!modules_start(facts->pid))
                report_degrade(report, "it is not known which modules were loaded");
        if (facts->want & WANT_LOCALS) {
                report->crashed.kept = calloc(LOCALS_FRAMES, sizeof(struct registers));
                report->crashed.kept_room = report->crashed.kept ? LOCALS_FRAMES : 0;
        }
        report_unwind(&report->crashed, &facts->registers, report_from_now(report, 30));
        return 0;
}

/* How many frames from start on repeat with this period. */
static size_t repeated(const struct stack *stack, size_t start, size_t period)
{
        size_t same = 0;

        while (start + same + period < stack->count &&
               stack->frames[start + same].pc == stack->frames[start + same + period].pc &&
               !stack->frames[start + same].trampoline)
                same++;
        return same / period + 1;
}

struct fold report_fold(const struct stack *stack, size_t from)
{
        for (size_t start = from; start + 8 < stack->count; start++)
                for (size_t period = 1; period <= 32 && start + period < stack->count; period++) {
                        size_t times = repeated(stack, start, period);

                        if (times >= 3 && times * period >= 8)
                                return (struct fold){start, period, times};
                }
        return (struct fold){0};
}
