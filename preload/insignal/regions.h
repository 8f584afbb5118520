/* Which memory may be read for the report: private memory, never devices or what is shared with others. */
#ifndef SIGGUARD_REGIONS_H
#define SIGGUARD_REGIONS_H

#include <stdbool.h>
#include <stdint.h>

/* Reads /proc/self/maps once; false if it cannot: then anything readable is served. */
bool regions_learn(void);

/* How many of `length` bytes at address may be served, from its start. */
uint64_t regions_served(uint64_t address, uint64_t length);

#endif
