/* One of our lines as one JSON object. */
#ifndef SIGGUARD_LOG_JSON_H
#define SIGGUARD_LOG_JSON_H

#include "insignal/guard.h"
#include "insignal/out.h"

/*
 * {"time_ms":N,"level":...,"pid":N,"signal":...,"program":...,"message":...} without the end of the line. What does not
 * fit is cut from the message, and the object stays whole. Safe in a signal handler.
 */
void log_json(struct out *to, const char *message, enum log_level level, int signal);

#endif
