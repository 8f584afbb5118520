/* The crashed process's memory, read through its socket in large windows that are kept. */
#ifndef SYMBOLIZE_MEMORY_H
#define SYMBOLIZE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies the readable prefix; returns its length. */
size_t memory_read(uint64_t address, void *to, size_t length);

/* True if all of it could be copied. */
bool memory_copy(uint64_t address, void *to, size_t length);

/* Bytes that came along with something else; they are copied. */
void memory_offer(uint64_t address, const void *bytes, size_t length);

bool memory_word(uint64_t address, uint64_t *to);

/* A zero-terminated string of at most room - 1 bytes; false if it has no end within them. */
bool memory_string(uint64_t address, char *to, size_t room);

#endif
