/* SIGPIPE: which write it was, and when a filter has to end of it after all. */
#ifndef SIGGUARD_PIPES_H
#define SIGGUARD_PIPES_H

#include <signal.h>
#include <stdbool.h>

#include "insignal/out.h"

/* Appends " in thread 4250: write to fd 7 (TCP socket)"; false if it was sent by somebody. */
bool pipes_name(struct out *to, const siginfo_t *info, const void *context);

/*
 * Whether the default action is right: a tool whose stdout or stderr is a pipe or UNIX socket that nobody reads, as in
 * "service | head -1", or anybody who has failed 10,000 times in a row to write to such a stdout or stderr (said).
 */
bool pipes_end(const siginfo_t *info, const void *context);

#endif
