/* The log lines about changes of guarded signals. */
#ifndef SIGGUARD_TOLD_H
#define SIGGUARD_TOLD_H

#include "insignal/ledger.h"
#include "judge.h"

/* One line about a change, unless the process is a child that has just been forked or a signal had several this minute. */
void told_change(struct caller caller, int signal, const void *old, const void *asked, enum verdict verdict);

/* A handler that had to leave a full chain. */
void told_lost(int signal, const void *handler);

#endif
