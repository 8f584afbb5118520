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

/* now: the state before; by_go: the Go runtime asks. */
struct decision rules_decide(int signal, const struct disposition *now, const struct kernel_action *asked, bool by_go);

/* What a query is answered with. */
struct kernel_action rules_shown(int signal, const struct disposition *now, bool to_go);

#endif
