/* Frames of saved reports: what they say of themselves, and the images that stand for the files they were in. */
#ifndef SYMBOLIZE_SAVED_FRAME_H
#define SYMBOLIZE_SAVED_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "report.h"

struct saved_frame {
        struct frame frame;
        unsigned long index;
        size_t start, end; /* the raw form in its line: the rest belongs to the log */
};

#define SAVED_MARK "sigguard: raw "

/* Finds the raw frame (protocol.h) in line; its place is known then, null if it lies in no module. */
bool saved_frame_find(const char *line, struct saved_frame *to);

/* The place of an address in a file's own numbering; build_id in hexadecimal, "-" if there was none. */
struct place *saved_place(const char *path, const char *build_id, uint64_t offset, bool interrupted);

/* Why it has no name, in words; null if it has one. */
const char *saved_unnamed(const struct place *place);

#endif
