/* The ledger: what each guarded signal does, the last changes, and how many were swallowed; for the report and status. */
#ifndef SIGGUARD_LEDGER_H
#define SIGGUARD_LEDGER_H

#include <signal.h>
#include <stdint.h>

#include "insignal/disposition.h"
#include "protocol.h"

enum verdict {
        VERDICT_PASSED,   /* the kernel has what was asked for */
        VERDICT_KEPT,     /* our handler stays; the program reads back what it asked for */
        VERDICT_WRAPPED,  /* our handler stays and calls the program's */
        VERDICT_RESTORED, /* back to the state that the program was shown at start */
        VERDICT_VETOED,   /* refused by the rule */
        VERDICT_CHAINED,  /* the handlers of others stay beside it */
};

/* The ledger itself, exported under LEDGER_NAME so that it can be found from outside. */
extern struct ledger_facts sigguard_ledger;

/* What the start made of this process: "active" or "dormant". */
void ledger_begin(const char *state);

/* The row of a signal: its state, and the handlers of its chain, newest first, up to a null. By whoever writes state. */
void ledger_state(int signal, const struct disposition *state);
void ledger_chain(int signal, void *const handlers[LEDGER_CHAIN]);

/* hook: a string constant, the function that was called. Lock-free; safe in a signal handler. */
void ledger_change(int signal, uint64_t old_handler, uint64_t new_handler, uint64_t caller, const char *hook,
                   enum verdict verdict);

/*
 * Counts a swallowed signal and its sender, who is looked up if it is another one than last time or if he is to be told:
 * then he is in *sender. Answers the count so far, this one included. Safe in a signal handler.
 */
uint64_t ledger_swallowed(int signal, const siginfo_t *info, bool told, struct sender_facts *sender);

#endif
