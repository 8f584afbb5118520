/* The ledger: the last changes of guarded signals and how many were swallowed, for the report and for status. */
#ifndef SIGGUARD_LEDGER_H
#define SIGGUARD_LEDGER_H

#include <signal.h>
#include <stdint.h>

#include "protocol.h"

enum verdict {
        VERDICT_PASSED,   /* the kernel has what was asked for */
        VERDICT_KEPT,     /* our handler stays; the program reads back what it asked for */
        VERDICT_WRAPPED,  /* our handler stays and calls the program's */
        VERDICT_RESTORED, /* back to the state that the program was shown at start */
        VERDICT_VETOED,   /* refused by the rule */
        VERDICT_CHAINED,  /* the handlers of others stay beside it */
};

/* hook: a string constant, the function that was called. Lock-free; safe in a signal handler. */
void ledger_change(int signal, uint64_t old_handler, uint64_t new_handler, uint64_t caller, const char *hook,
                   enum verdict verdict);

/* Counts a swallowed signal and its sender; answers the count so far, this one included. Safe in a signal handler. */
uint64_t ledger_swallowed(int signal, const siginfo_t *info, const char *sender);

/*
 * Writes struct ledger_facts, signals and changes as ASK_LEDGER answers them; answers the size, at most `room`.
 * Entries that are being written at that moment are left out.
 */
uint32_t ledger_facts(void *to, uint32_t room);

#endif
