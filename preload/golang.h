/* Go: which modules are Go's, and what its runtime is shown so that it leaves to us what is ours. */
#ifndef SIGGUARD_GOLANG_H
#define SIGGUARD_GOLANG_H

#include <stdbool.h>
#include <stdint.h>

/* Judges the executable once; by the constructor, before the Go runtime asks for anything. */
void golang_learn_executable(void);

/*
 * Whether the code at address belongs to a Go module, with its C parts: the runtime asks through the small C function of
 * cgo that is linked into it. The answer is remembered per module. Safe in a signal handler.
 */
bool golang_owns(uint64_t address);

/* Whether there is Go in this process, as far as anybody of it has shown itself. */
bool golang_is_here(void);

#endif
