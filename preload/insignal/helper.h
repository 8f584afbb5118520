/* The helper: installed as a file, or carried in the library as bytes that are written to a memfd. */
#ifndef SIGGUARD_HELPER_H
#define SIGGUARD_HELPER_H

#include "insignal/crash.h"

#define HELPER_SERVER_FD 5 /* the watcher's end of the pair */

/*
 * In the watcher: closes what was inherited, makes the socket pair and starts the helper as a child of its own. 0, or
 * a negative errno that crash_failed() has been told.
 */
int helper_start(struct crash *crash);

/* Kills it if it still runs, and reaps it. */
void helper_end(struct crash *crash);

#endif
