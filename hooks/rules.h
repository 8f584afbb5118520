/* The rules: what a change of a guarded signal shall do, and what a caller is shown. */
#ifndef SIGGUARD_RULES_H
#define SIGGUARD_RULES_H

#include <stdbool.h>

#include "insignal/disposition.h"
#include "insignal/ledger.h"

/* What shall happen; told: it is logged, not only written to the ledger. */
struct decision {
        enum verdict verdict;
        bool told;
};

/* Runtimes that read something into what they are shown at their start. */
enum asker {
        ASKER_PROGRAM,
        ASKER_GO,
        ASKER_JVM, /* only as long as it makes a difference: before the first change of HUP, USR1 or USR2 */
};

/* Who asks for this signal: the code at address. */
enum asker rules_asker(int signal, const struct disposition *now, uint64_t address);

/* now: the state before. */
struct decision rules_decide(int signal, const struct disposition *now, const struct kernel_action *asked,
                             enum asker by);

/* What a query is answered with. */
struct kernel_action rules_shown(int signal, const struct disposition *now, enum asker to);

#endif
