/* Names of functions that a JIT compiler made: /tmp/perf-PID.map, as perf(1) reads it. */
#ifndef SYMBOLIZE_PERFMAP_H
#define SYMBOLIZE_PERFMAP_H

#include "places.h"

/* Names the places, which lie in no module, by the list that process pid has left below root ("" is our own). */
void perfmap_name(const char *root, int pid, struct place **places, size_t count);

#endif
