/* One line of our log in the form it is written in. */
#include "insignal/line.h"

#include "insignal/words.h"
#include "memory.h"

#define MARK 3          /* "<4>" */
#define CLOSING 3       /* quotation mark, brace and newline */
#define MOST_PROGRAM 96 /* a name that is all control characters must not push the words out of the line */

void line_json(struct out *to, enum log_level level, int signal, uint64_t time_ns)
{
        static const char *const levels[] = {"critical", "error", "warning", "info", "debug"};
        char *end = to->end;

        out_text(to, "{\"time_ns\":");
        out_number(to, (int64_t)time_ns);
        out_text(to, ",\"level\":\"");
        out_text(to, levels[level]);
        out_text(to, "\",\"pid\":");
        out_number(to, sys_getpid());
        out_text(to, ",\"program\":\"");
        to->quoted = true;
        if (to->end - to->at > MOST_PROGRAM)
                to->end = to->at + MOST_PROGRAM;
        out_escaped(to, guard.program ? guard.program : "");
        to->end = end;
        to->quoted = false;
        out_text(to, "\",\"signal\":");
        if (signal) {
                out_char(to, '"');
                words_signal(to, signal);
                out_char(to, '"');
        } else {
                out_text(to, "null");
        }
        out_text(to, ",\"message\":\"");
        to->quoted = true;
}

void line_open(struct line *line, enum log_level level, int signal, uint64_t time_ns)
{
        line->level = level;
        line->signal = signal;
        line->words = out_into(line->bytes + MARK, sizeof(line->bytes) - MARK - CLOSING);
        if (line_is_json())
                line_json(&line->words, level, signal, time_ns);
}

void line_begin(struct line *line, enum log_level level, int signal)
{
        line_open(line, level, signal, sys_now(CLOCK_REALTIME));
        if (line_is_json())
                return;
        out_text(&line->words, "sigguard");
        if (signal) {
                out_char(&line->words, '[');
                out_number(&line->words, sys_getpid());
                out_char(&line->words, ']');
        }
        out_text(&line->words, ": ");
}

char line_mark(enum log_level level)
{
        return "23467"[level];
}

const char *line_end(struct line *line, bool marked, size_t *size)
{
        const char mark[MARK] = {'<', line_mark(line->level), '>'};
        struct out *words = &line->words;
        char *start = marked ? line->bytes : words->start;

        if (marked)
                memcpy(start, mark, MARK);
        words->end += CLOSING;
        if (words->quoted) {
                words->quoted = false;
                out_text(words, "\"}");
        }
        out_char(words, '\n');
        *size = (size_t)(words->at - start);
        return start;
}
