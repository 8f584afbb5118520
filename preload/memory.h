/* Bytes and zero-terminated text without libc. All of it is safe in a signal handler. */
#ifndef SIGGUARD_MEMORY_H
#define SIGGUARD_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* For variables that every start writes: side by side on few pages (preload/layout.ld), since each page costs a fault. */
#define WRITTEN_AT_START __attribute__((section(".bss.start")))

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *one, const void *other, size_t size);
size_t strlen(const char *text);

bool text_equal(const char *one, const char *other);

/* The rest of text behind prefix, or null if it does not start with it. */
const char *text_after(const char *text, const char *prefix);

/* Copies what fits and terminates it; answers the length copied. */
size_t text_copy(char *to, size_t size, const char *from);

/* The last component of a path; the path itself if it has none. */
const char *text_base(const char *path);

#endif
