/* What the threads of the storm's service do all the time. */
#ifndef STORM_JOBS_H
#define STORM_JOBS_H

#include <stdint.h>

/* One job by chance: memory, libraries, output, children, locks, masks, handlers, signals, threads. library: a path. */
void jobs_do_one(const char *library, uint64_t *random);

#endif
