/* One line of our log in the form it is written in: words behind our name, or a JSON object. */
#ifndef SIGGUARD_LINE_H
#define SIGGUARD_LINE_H

#include "insignal/guard.h"
#include "insignal/out.h"

/* The most bytes of one line; at most PIPE_BUF, so that a pipe takes it whole or not at all. */
#define LINE_SIZE 640

/* The start and the end of it are kept free for what is known last: journald's mark, and what closes the line. */
struct line {
        char bytes[LINE_SIZE];
        struct out words; /* what the line says is written here */
        enum log_level level;
        int signal; /* what it is about; 0: no single signal */
};

/*
 * Starts a line with "sigguard[PID]: " (without a signal, which is a setting's line, "sigguard: "), or under
 * SIGGUARD_LOG_FORMAT=json with
 *   {"time_ns":N,"level":"warning","pid":N,"program":"nginx","signal":"SIGHUP","message":"
 * where the words become part of a JSON string. Safe in a signal handler, as is line_end().
 */
void line_begin(struct line *line, enum log_level level, int signal);

/* The same for words that have our name in front already, about something at that time (CLOCK_REALTIME). */
void line_open(struct line *line, enum log_level level, int signal, uint64_t time_ns);

/* Whether one more byte of any kind has its place. */
static inline bool line_has_room(const struct line *line)
{
        return line->words.end - line->words.at > 1;
}

/* journald's mark for a level: its syslog priority. */
char line_mark(enum log_level level);

/* Closes it with a newline, behind journald's mark for its level (sd-daemon(3)) if marked. Its bytes, and how many. */
const char *line_end(struct line *line, bool marked, size_t *size);

/* Whether lines are JSON objects. The journal has fields of its own for what is in them. */
static inline bool line_is_json(void)
{
        return guard.json_lines && guard.log != LOG_JOURNAL;
}

/* The start of such an object, as far as the words. */
void line_json(struct out *to, enum log_level level, int signal, uint64_t time_ns);

#endif
