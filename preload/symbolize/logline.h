/* What a container runtime or journald has put around a line of a program, taken off and put on again. */
#ifndef SYMBOLIZE_LOGLINE_H
#define SYMBOLIZE_LOGLINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum wrapped { WRAPPED_NOT, WRAPPED_CRI, WRAPPED_DOCKER, WRAPPED_OBJECT, WRAPPED_OURS };

struct logline {
        enum wrapped by;
        char *written;         /* as it was read, with its end; of several lines if their parts were joined */
        size_t written_length; /* it may hold zeros */
        char *content;         /* what the program wrote, without the last newline; null if that cannot be told */
        size_t head;           /* WRAPPED_CRI: bytes of the last line before its content */
        size_t last;           /* where the last of the joined lines begins */
        json_t *object;        /* WRAPPED_DOCKER, WRAPPED_OBJECT */
        char *key;             /* the member of object that is the content */
        json_t *ours; /* what the program wrote is an object of SIGGUARD_LOG_FORMAT=json; content is its message */
        char *stream; /* parts that are joined are of the same one */
        bool ended;   /* its newline or full-line mark was there */
        bool open;    /* the runtime has cut it, and the next part is yet to come */
        bool carriage, newline; /* how it ended: "\r\n", "\n" or the end of the file */
};

/* Takes the line apart. False without memory. */
bool logline_take(struct logline *line, const char *text, size_t length);

/* Adds next to line if it is the next part of it; next is empty then. */
bool logline_join(struct logline *line, struct logline *next);

/* Writes content, of several lines perhaps, wrapped as the line was. */
void logline_put(const struct logline *line, const char *content, FILE *out);

void logline_free(struct logline *line);

#endif
