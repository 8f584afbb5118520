/* Where the names of a module came from, in words. */
#ifndef SYMBOLIZE_SOURCES_H
#define SYMBOLIZE_SOURCES_H

#include "image.h"

/* Calls put for each source, best first: "DWARF", the file it lies in or null if that is the module's own. */
void sources_each(const struct image *image, void (*put)(void *to, const char *source, const char *file), void *to);

#endif
