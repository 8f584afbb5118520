/* The rules: what a change of a guarded signal shall do, and what a caller is shown. */
#ifndef SIGGUARD_RULES_H
#define SIGGUARD_RULES_H

#include <stdbool.h>

#include "insignal/disposition.h"
#include "insignal/ledger.h"
#include "runtimes.h"

/* What shall happen; told: it is logged, not only written to the ledger. */
struct decision {
        enum verdict verdict;
        bool told;
};

/*
 * Which runtime reads something into what it is shown: the one of the code at address. The Java VM only as long as it
 * makes a difference, before the first change of HUP, USR1 or USR2.
 */
enum runtime rules_asker(int signal, const struct disposition *now, uint64_t address);

/* now: the state before. */
struct decision rules_decide(int signal, const struct disposition *now, const struct kernel_action *asked,
                             enum runtime by);

/* What a query is answered with. */
struct kernel_action rules_shown(int signal, const struct disposition *now, enum runtime to);

#endif
