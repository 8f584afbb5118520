/* Changes of a signal whose rule is chain. */
#include "chained.h"

#include "errno_edge.h"
#include "insignal/chain.h"
#include "insignal/deliver.h"
#include "libc_form.h"
#include "onstack.h"
#include "policy.h"
#include "rules.h"
#include "told.h"

/* What a newcomer is shown. */
static struct kernel_action shown_first(int signal, const struct disposition *now, enum runtime to)
{
        const struct disposition initial = policy_initial(signal);
        struct kernel_action is = {.handler = (void *)SIG_DFL};
        const struct link started = chain_find(signal, CHAIN_STARTED);

        if (started.serial)
                return started.action;
        if (now->untouched || to == RUNTIME_GO)
                is = rules_shown(signal, &initial, to);
        if (is.handler == (void *)deliver)
                is.handler = (void *)deliver_forwarded; /* Go calls it, and the chain with Go in it would begin anew */
        return is;
}

static struct kernel_action shown(int signal, const struct link *own, const struct disposition *now, enum runtime to)
{
        struct kernel_action is = own->serial ? own->action : shown_first(signal, now, to);

        if (to != RUNTIME_GO && onstack_is_added(signal))
                is.flags &= ~(uint64_t)SA_ONSTACK;
        return is;
}

/* What others have asked for before is nothing to a JVM that begins: its own first change is what counts. */
static enum runtime asker_of(struct caller caller, int signal, const struct link *own, struct disposition now)
{
        now.untouched = !own->serial;
        return rules_asker(signal, &now, caller.address);
}

struct kernel_action chained_shown(struct caller caller, int signal, const struct disposition *now)
{
        const struct link own = chain_meant(signal, chain_owner(caller.address));

        return shown(signal, &own, now, asker_of(caller, signal, &own, *now));
}

/* What a JVM asks for before any Java code runs stays as harmless as under the rule protect. */
static enum link_runs runs(int signal, const struct disposition *now, const struct kernel_action *asked,
                           enum runtime by)
{
        enum verdict alone = by == RUNTIME_JVM ? rules_decide(signal, now, asked, by).verdict : VERDICT_CHAINED;

        return alone == VERDICT_KEPT ? RUNS_NEVER : alone == VERDICT_WRAPPED ? RUNS_BETWEEN_THREADS : RUNS_ALWAYS;
}

int chained_change(struct caller caller, int signal, const struct sigaction *action, struct sigaction *old)
{
        struct sigaction wanted = *action; /* old may be the same object */
        struct link link = {.via = chain_owner(caller.address)}, own, lost;
        struct disposition state;
        struct kernel_action was;
        enum runtime by;
        signal_set mask;
        int failed;

        libc_form_learn();
        onstack_repair(caller, signal, &wanted);
        link.action = libc_form(&wanted);
        if (link.action.handler == (void *)deliver_forwarded)
                link.action.handler = (void *)SIG_DFL; /* Go gives back what it was shown */
        link.owner = chain_owner((uint64_t)(uintptr_t)link.action.handler);
        if (!link.owner)
                link.owner = link.via;
        state = disposition_read(signal);
        own = chain_meant(signal, link.via);
        by = asker_of(caller, signal, &own, state); /* reads much, so not under the lock */
        disposition_lock(&mask);
        own = disposition_is_handler(link.action.handler) ? chain_find(signal, link.owner)
                                                          : chain_meant(signal, link.via);
        if (own.serial)
                link.owner = own.owner;
        state = disposition_read(signal);
        was = shown(signal, &own, &state, by);
        link.runs = runs(signal, &state, &link.action, by);
        chain_set(signal, &link, &lost);
        failed = chain_apply(signal, &state);
        disposition_unlock(&mask);
        if (failed < 0)
                return errno_fail(failed);
        ledger_change(signal, (uint64_t)(uintptr_t)was.handler, (uint64_t)(uintptr_t)link.action.handler,
                      caller.address, caller.hook, VERDICT_CHAINED);
        told_change(caller, signal, was.handler, link.action.handler, VERDICT_CHAINED);
        if (lost.serial)
                told_lost(signal, lost.action.handler);
        judge_answer(&was, old);
        return 0;
}
