/* The rule chain: handlers of several libraries for one signal, all called, newest first. */
#ifndef SIGGUARD_CHAIN_H
#define SIGGUARD_CHAIN_H

#include <signal.h>

#include "insignal/disposition.h"
#include "protocol.h"

#define CHAIN_MOST 16   /* owners per signal */
#define CHAIN_STARTED 1 /* the owner of a SIG_IGN that the process was started with: nobody takes it away */

/*
 * What one owner asked for: a handler or SIG_IGN. An owner is a module, told by where it begins in memory, 0 for code in
 * no module. It is the handler's own module: a library's "return signal(TERM, handler)" may be compiled to a jump, and
 * then seems to come from whoever called the library.
 */
enum link_runs {
        RUNS_ALWAYS,
        RUNS_BETWEEN_THREADS, /* for what the process's own threads send each other: the rest is stray */
        RUNS_NEVER,           /* it is only read back */
};

struct link {
        uint64_t owner;
        uint64_t via;    /* the module that made the call */
        uint64_t serial; /* grows with every change, so that the newest has the greatest. 0: no link */
        struct kernel_action action;
        enum link_runs runs;
};

/* Whom the code at address belongs to. Safe in a signal handler. */
uint64_t chain_owner(uint64_t address);

/* The owner's link, or one with serial 0. Lock-free; safe in a signal handler, like the next two. */
struct link chain_find(int signal, uint64_t owner);

/* The link that a caller means who names no handler: its own, else the newest one that it made for another module. */
struct link chain_meant(int signal, uint64_t module);

/* The newest link older than serial, or one with serial 0. */
struct link chain_older(int signal, uint64_t serial);

/*
 * link becomes its owner's, and the newest; or the owner's goes, if the handler is SIG_DFL. *lost is the oldest link,
 * which had to make room for it, or has serial 0. Only between disposition_lock and unlock, like chain_apply.
 */
void chain_set(int signal, const struct link *link, struct link *lost);

/* Gives the kernel what the links add up to and tells the tables; *state: what they say, before and after. 0 or -errno. */
int chain_apply(int signal, struct disposition *state);

/*
 * Calls all handlers, newest first, each under the mask that it asked for. False if there is nobody for this signal, which
 * is then one without a handler. A handler that leaves by a jump ends the chain for this delivery.
 */
bool chain_run(int signal, siginfo_t *info, void *context);

#endif
