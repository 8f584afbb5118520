/* Go: which modules are Go's, and what its runtime is shown so that it leaves to us what is ours. */
#ifndef SIGGUARD_GOLANG_H
#define SIGGUARD_GOLANG_H

#include <stdbool.h>
#include <stdint.h>

struct module;

/* Judges the executable once; by the constructor, before the Go runtime asks for anything. */
void golang_learn_executable(void);

/*
 * Whether the code at address belongs to a Go module, with its C parts: the runtime asks through the small C function of
 * cgo that is linked into it. Safe in a signal handler.
 */
bool golang_owns(uint64_t address);

/* The same of a whole module, by its notes, data and symbols. Reads much: for runtimes.c, which remembers the answer. */
bool golang_made(const struct module *module);

/* Whether there is Go in this process, as far as anybody of it has shown itself. */
bool golang_is_here(void);

#endif
