/* What is kept of a run that broke a promise. */
#ifndef STORM_TROUBLE_H
#define STORM_TROUBLE_H

#include "run.h"

/* Looks at a service that hangs, before it is killed: what the kernel says of its threads. */
void trouble_look(const struct run *run, const char *folder);

/* Writes what is known of the run to FOLDER/NUMBER.txt and says so. */
void trouble_keep(const struct run *run, const char *failure, const char *folder, uint64_t storm_seed);

#endif
