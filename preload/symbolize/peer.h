/* The helper's end of the socket: asks the crashed process (protocol.h). */
#ifndef SYMBOLIZE_PEER_H
#define SYMBOLIZE_PEER_H

#include <stddef.h>
#include <stdint.h>

/* From now on no answer is waited for longer than this CLOCK_MONOTONIC time; 0: no limit. */
void peer_deadline(uint64_t deadline_ns);

/* Asks and copies at most room bytes of the answer. Returns how many the answer had, or a negative errno. */
long peer_ask(uint32_t kind, uint64_t address, uint32_t length, void *to, size_t room);

/* Tells; text may be null. Returns 0 or a negative errno. Safe in a signal handler. */
int peer_tell(uint32_t kind, uint64_t address, const char *text, size_t length);

/* A descriptor of the running executable, or a negative errno. The caller closes it. */
int peer_executable(void);

#endif
