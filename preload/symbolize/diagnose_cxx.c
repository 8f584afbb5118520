/* Programs that the C++ runtime ends: uncaught exceptions, pure virtual calls, failed checks of its library. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose_parts.h"
#include "escape.h"
#include "exception.h"
#include "names.h"
#include "readable.h"

#define MOST_FRAMES 256 /* a terminate handler's own calls are above the function looked for */
#define MOST_INNER 8    /* calls inside the library, from what the program called to what threw */

static bool is_any(const struct frame *frame, const char *const *names)
{
        for (; *names && frame->place && frame->place->raw_symbol; names++)
                if (!strcmp(frame->place->raw_symbol, *names))
                        return true;
        return false;
}

/* The newest frame of any of these functions, or of those among them that have called it. Null if there is none. */
static const struct frame *find_frame(const struct report *report, const char *const *names)
{
        const struct stack *stack = &report->crashed;

        for (size_t i = 0; i < stack->count && i < MOST_FRAMES; i++) {
                if (!is_any(&stack->frames[i], names))
                        continue;
                while (i + 1 < stack->count && is_any(&stack->frames[i + 1], names))
                        i++;
                return &stack->frames[i];
        }
        return NULL;
}

/* Whether the frame is one of the library's own functions, without a name in a stripped one. */
static bool is_library(const struct frame *frame, const struct image *library)
{
        static const char *const prefixes[] = {"_ZSt", "_ZNSt", "_ZNKSt"};
        const char *name = frame->place ? frame->place->raw_symbol : NULL;

        if (!frame->place || frame->place->image != library)
                return false;
        for (size_t i = 0; name && i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
                if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
                        return true;
        return !name;
}

/* "; at check+0x12 in ...", of who called the frame, from outside of the library that it lies in. */
static const char *at_caller(const struct report *report, const struct frame *frame)
{
        const struct frame *end = report->crashed.frames + report->crashed.count, *caller = frame + 1;

        for (int i = 0; i < MOST_INNER && caller < end && is_library(caller, frame->place->image); i++)
                caller++;
        return caller < end ? at_frame(caller) : "";
}

static void tell_exception(struct report *report, const struct exception *exception, const struct frame *thrown,
                           bool uncaught)
{
        /* gcc asks the personality routine, clang calls a function of its own */
        static const char *const stops[] = {"__gxx_personality_v0", "__cxa_call_terminate", "__clang_call_terminate",
                                            NULL};
        const char *from, *message = exception_message(exception, &from);
        char *type = readable_type(exception->name);

        report_diagnose(report, "%s%s%s%s%s%s%s%s%s",
                        uncaught ? "uncaught C++ exception " : "this happened while a C++ exception was handled: ",
                        type ? names_brief(type) : escape(exception->name), message ? ": " : "", from ? "its " : "",
                        from ? from : "", from ? " part says: " : "", message ? escape(message) : "",
                        uncaught && find_frame(report, stops) ? "; stopped by a function that must not throw" : "",
                        thrown ? at_caller(report, thrown) : "");
        free(type);
}

/* What the library ends the program for with a message on stderr, and no exception. */
static bool tell_check(struct report *report)
{
        static const struct {
                const char *names[2];
                const char *words;
        } checks[] = {
                {{"__cxa_pure_virtual"},
                 "a pure virtual function was called: its object is still being made, or already destroyed"},
                {{"__cxa_deleted_virtual"}, "a deleted virtual function was called"},
                {{"_ZSt21__glibcxx_assert_failPKciS0_S0_"}, "a check of the C++ library failed (_GLIBCXX_ASSERTIONS)"},
        };

        for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
                const struct frame *frame = find_frame(report, checks[i].names);

                if (!frame)
                        continue;
                report_diagnose(report, "%s%s", checks[i].words, at_caller(report, frame));
                return true;
        }
        return false;
}

void diagnose_cxx(struct report *report)
{
        /* Unwinding to a handler leaves no frame of these: they are there only if no handler was found. */
        static const char *const throws[] = {"__cxa_throw", "__cxa_rethrow",
                                             "_ZSt17rethrow_exceptionNSt15__exception_ptr13exception_ptrE",
                                             "_ZSt17rethrow_exceptionSt13exception_ptr", NULL};
        static const char *const ends[] = {"_ZSt9terminatev", "_ZN10__cxxabiv111__terminateEPFvvE",
                                           "_ZSt11__terminatePFvvE", "__clang_call_terminate", NULL};
        const struct frame *thrown = find_frame(report, throws), *end = thrown ? thrown : find_frame(report, ends);
        struct exception exception;

        if (tell_check(report) || (!end && report->facts.signal != SIGABRT))
                return;
        switch (exception_find(report, end ? end->place->image : NULL, &exception)) {
        case EXCEPTION_FOUND:
                tell_exception(report, &exception, thrown, end);
                break;
        case EXCEPTION_NONE:
                if (end)
                        report_diagnose(report, "std::terminate was called without an exception%s",
                                        at_caller(report, end));
                break;
        case EXCEPTION_UNKNOWN:
                break;
        }
}
