/* The mark: trailing separators behind LD_PRELOAD that tell a child that a guarded process started it. */
#ifndef SIGGUARD_MARK_H
#define SIGGUARD_MARK_H

#include <stdbool.h>
#include <stdint.h>

/* What the first process of the service had as stdout and stderr, hashed. */
struct mark {
        uint16_t out, error;
};

/* The mark in this environment. False: there is none, this is the first process of the service. */
bool mark_read(char **environment, struct mark *to);

/* Points the LD_PRELOAD entry at a marked copy, so that every way of starting children hands it on. */
void mark_write(char **environment, struct mark mark);

/* The mark of this process's own stdout and stderr. */
struct mark mark_of_self(void);

/*
 * Whether this marked process is a tool: its stdout or stderr is a pipe or a socket that the first process did not
 * have, so somebody of the service reads what it writes.
 */
bool mark_is_tool(struct mark first);

/*
 * Whether this may be part of a pipeline though nobody can have marked it: it was loaded without LD_PRELOAD, so by
 * /etc/ld.so.preload as every program is, and writes to a pipe. Process 1, a container's service, is not.
 */
bool mark_is_missing(char **environment);

#endif
