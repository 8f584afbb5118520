/* Finds separate debug files: by build-id and by .gnu_debuglink, in the places where Debian and gdb look. */
#ifndef SYMBOLIZE_DEBUGFILE_H
#define SYMBOLIZE_DEBUGFILE_H

#include "image.h"

#define DEBUGFILE_ROOT "/usr/lib/debug"
/* Inflating goes at about 350 MB in a second and needs as much memory. */
#define DEBUGFILE_MOST_INFLATED (256u << 20)

/* Opens a regular file for reading, never waiting for a FIFO or a device; -1 if there is none. */
int debugfile_open(const char *path);

/* An ELF handle that outlives fd, or null. */
Elf *debugfile_elf(int fd);

/* Opens DEBUGFILE_ROOT/.build-id/xx/yyySUFFIX; -1 if it is not there. */
int debugfile_by_build_id(const struct image *image, const char *suffix);

/* The debug file of image, or null; sets image->debug_path. */
Elf *debugfile_find(struct image *image);

/* How many bytes the compressed sections have when they are inflated; UINT64_MAX if libelf cannot do it (zstd). */
uint64_t debugfile_inflated(Elf *elf);

/* Why sections that are inflated to so much cannot be used, or null if they can. */
const char *debugfile_unreadable(uint64_t inflated);

#endif
