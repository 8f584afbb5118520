/* All facts of one crash, gathered once and written as text or as JSON. */
#ifndef SYMBOLIZE_REPORT_H
#define SYMBOLIZE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../protocol.h"
#include "places.h"
#include "unwind.h"

/* One thread, or several that stand at the same place. */
struct thread {
        struct thread_facts facts;
        struct stack stack;
        size_t same_as; /* index of the thread whose stack is equal, its own index if it is the first of them */
};

#define REPORT_LINES 32

struct report {
        struct crash_facts facts;
        struct stack crashed;
        struct thread *threads;
        size_t thread_count;
        const struct ledger_facts *ledger; /* null if there is none */
        /* One finding per line, in words; most certain first. */
        char *diagnosis[REPORT_LINES];
        size_t diagnosis_count;
        char *degraded[REPORT_LINES];
        size_t degraded_count;
        bool lines_named;            /* DWARF has been read */
        const struct source *source; /* null: not asked for, or there is none (source.h) */
        const struct locals *locals; /* null: not asked for (locals.h) */
};

/* Adds a line that printf would make. */
void report_diagnose(struct report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));
void report_degrade(struct report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Asks the crashed process for everything but the other threads and the ledger (ledger.h). 0 or a negative errno. */
int report_gather(struct report *report);

/* Nanoseconds of CLOCK_MONOTONIC. */
uint64_t report_now(void);

/* The CLOCK_MONOTONIC time when percent of what is left until the deadline is over; 0: no deadline. */
uint64_t report_from_now(const struct report *report, unsigned int percent);

/* Other threads with their stacks. */
void report_gather_threads(struct report *report);

/* How each form ends, behind the list of degradations. */
#define REPORT_TEXT_TAIL "sigguard: end of report\n"
#define REPORT_JSON_TAIL "]}\n"

/* Text in the order of trust, each line ending with a newline. Null without memory. To be freed. */
char *report_text(const struct report *report);

/* The same facts as one line of JSON. */
char *report_json(const struct report *report);

/* The threads of a living process and the modules of their frames, as text. */
char *report_threads_text(const struct report *report);

/* The line of a frame, and one more for each inlined call. To be freed. */
char *report_frame_lines(const struct frame *frame, size_t index);

/* Unwinds until this time at most, and makes the frames' places, so that all of them are named together. */
void report_unwind(struct stack *stack, const struct registers *registers, uint64_t until_ns);

/* "SIGSEGV"; a number in words for signals without a name. Static. */
const char *report_signal_name(int signal);

/* Where a run of the same frames begins, how many frames it repeats and how often. */
struct fold {
        size_t start, period, times;
};

/* The first fold at or behind index from; times is 0 if there is none. */
struct fold report_fold(const struct stack *stack, size_t from);

#endif
