/* Builds one line of text in a fixed buffer: no malloc, no stdio. All of it is safe in a signal handler. */
#ifndef SIGGUARD_OUT_H
#define SIGGUARD_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* at grows towards end; what does not fit is left out, and the text stays terminated. */
struct out {
        char *start, *at, *end;
        bool quoted; /* inside a JSON string: a quotation mark and a backslash are escaped */
};

/* size: of the buffer, at least 1. The buffer stays the caller's. */
struct out out_into(char *buffer, size_t size);

void out_char(struct out *to, char byte);
void out_text(struct out *to, const char *text);
void out_number(struct out *to, int64_t number);
void out_hex(struct out *to, uint64_t number);                  /* 0x18 */
void out_bytes(struct out *to, const uint8_t *bytes, size_t n); /* 0a1b2c, as build-ids are written */

/* Text that somebody else chose: control characters, backslashes and non-ASCII become \xHH, in a
   path spaces too, so that a machine can find its end. */
void out_escaped(struct out *to, const char *text);
void out_escaped_path(struct out *to, const char *path);

static inline size_t out_length(const struct out *of)
{
        return (size_t)(of->at - of->start);
}

#endif
