/* The watcher: a child that shares our memory, starts the helper, answers its questions and keeps the second clock. */
#ifndef SIGGUARD_WATCHER_H
#define SIGGUARD_WATCHER_H

#include "insignal/crash.h"

/* Starts it; what fails is told by crash_failed(). */
void watcher_start(struct crash *crash);

/* Waits until the helper has been served or the time for it is over; a late helper and watcher are killed. */
void watcher_wait(struct crash *crash);

/* Ends and reaps a watcher, in a tenth of a second at most. */
void watcher_dismiss(struct crash *crash);

#endif
