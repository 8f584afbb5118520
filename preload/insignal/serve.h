/* The server: answers the helper's questions from the crashed process's memory and /proc. */
#ifndef SIGGUARD_SERVE_H
#define SIGGUARD_SERVE_H

#include "insignal/crash.h"

/* Runs in the watcher until the helper is done, gone, or late. What it is asked is hostile until it has been checked. */
void serve(int fd, struct crash *crash);

#endif
