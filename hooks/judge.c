/* Decides what a later change of a guarded signal does, carries it out, and remembers it. */
#include "judge.h"

#include "chained.h"
#include "errno_edge.h"
#include "golang.h"
#include "hotspot.h"
#include "insignal/deliver.h"
#include "insignal/disposition.h"
#include "insignal/go.h"
#include "insignal/owner.h"
#include "libc_form.h"
#include "next.h"
#include "onstack.h"
#include "policy.h"
#include "rules.h"
#include "start.h"
#include "told.h"

/* Gives the kernel what was asked for, through the next function, and reads back what became of it. */
static int pass(struct caller caller, int signal, const struct sigaction *action, struct disposition *state)
{
        struct sigaction reduced = *action;
        signal_set *mask = (signal_set *)&reduced.sa_mask;
        signal_set faults = *mask & guard.faults;
        const struct kernel_action ours = disposition_guarded(signal);
        struct kernel_action is;
        bool hidden;

        *mask &= ~guard.faults;
        onstack_repair(caller, signal, &reduced);
        hidden = state->kernel == KERNEL_GUARD && hotspot_hide_guard(signal);
        if (next_sigaction(signal, &reduced, NULL) != 0) {
                if (hidden)
                        (void)sys_sigaction(signal, &ours, NULL); /* it was there a moment ago */
                return -1;                                        /* errno is the next function's */
        }
        state->asked = libc_form(action);
        if (sys_sigaction(signal, NULL, &is) == 0 && is.handler == state->asked.handler) {
                state->asked = is;
                state->asked.mask |= faults;
                if (!(action->sa_flags & SA_ONSTACK))
                        state->asked.flags &= ~(uint64_t)SA_ONSTACK;
        }
        state->wrapped = false;
        if (disposition_is_handler(state->asked.handler))
                state->kernel = KERNEL_PROGRAM;
        else
                state->kernel = state->asked.handler == (void *)SIG_IGN ? KERNEL_IGNORED : KERNEL_DEFAULT;
        return 0;
}

/* Leaves or puts our handler in the kernel, to call the program's if that is the verdict. */
static int keep(int signal, const struct sigaction *action, enum verdict verdict, struct disposition *state)
{
        struct kernel_action ours = disposition_guarded(signal);
        long failed;

        state->asked = libc_form(action);
        state->wrapped = verdict == VERDICT_WRAPPED;
        if (state->wrapped) {
                ours.flags = (state->asked.flags & ~(uint64_t)SA_RESETHAND) | SA_SIGINFO | DELIVER_RESTORER;
                ours.mask = state->asked.mask & ~guard.faults;
        }
        failed = sys_sigaction(signal, &ours, NULL);
        if (failed < 0)
                return errno_fail(failed);
        state->kernel = ours.handler == (void *)SIG_IGN ? KERNEL_IGNORED : KERNEL_GUARD;
        return 0;
}

void judge_answer(const struct kernel_action *from, struct sigaction *to)
{
        if (!to)
                return;
        to->sa_handler = (signal_handler)from->handler;
        to->sa_flags = (int)from->flags;
        if (libc_answers_restorer())
                to->sa_restorer = (void (*)(void))from->restorer;
        for (size_t i = 1; i < sizeof(to->sa_mask) / sizeof(signal_set); i++)
                ((signal_set *)&to->sa_mask)[i] = 0;
        *(signal_set *)&to->sa_mask = from->mask;
}

/*
 * A child that shares our memory but has dispositions of its own: the kernel has the truth there, the tables are the
 * parent's and stay untouched. Only our own handler must not be seen.
 */
static int change_borrowed(struct caller caller, int signal, const struct sigaction *action, struct sigaction *old)
{
        struct kernel_action had;
        struct disposition now;
        long failed = sys_sigaction(signal, NULL, &had);

        if (failed < 0)
                return errno_fail(failed);
        if (next_sigaction(signal, action, NULL) != 0)
                return -1;
        if (had.handler == (void *)deliver) {
                now = disposition_read(signal);
                had = guard.rule[signal] == RULE_CHAIN ? chained_shown(caller, signal, &now) : now.asked;
        }
        judge_answer(&had, old);
        return 0;
}

/* Puts our handler back as it was at the start. */
static int restore(int signal, struct disposition *state)
{
        const struct kernel_action ours = disposition_guarded(signal);
        long failed = sys_sigaction(signal, &ours, NULL);

        *state = policy_initial(signal);
        return failed < 0 ? errno_fail(failed) : 0;
}

static int change_guarded(struct caller caller, int signal, const struct sigaction *action, struct sigaction *old)
{
        const struct sigaction wanted = *action; /* old may be the same object */
        const struct kernel_action asked = {.handler = (void *)wanted.sa_handler,
                                            .flags = (uint32_t)wanted.sa_flags,
                                            .mask = *(const signal_set *)&wanted.sa_mask};
        bool go_handler;
        enum runtime by;
        struct disposition before, after;
        struct kernel_action was;
        struct decision decision;
        signal_set mask;
        int result;

        if (guard.action[signal] == ACTION_CRASH && owner_is_leaving()) {
                /* the process is dying of a crash that another thread must not undo in its last microseconds */
                before = disposition_read(signal);
                judge_answer(&before.asked, old);
                return 0;
        }
        libc_form_learn();
        before = disposition_read(signal);
        /* both may read much, so not under the lock */
        by = rules_asker(signal, &before, caller.address);
        go_handler = by == RUNTIME_GO ||
                     (disposition_is_handler(asked.handler) && golang_owns((uint64_t)(uintptr_t)asked.handler));
        disposition_lock(&mask);
        before = after = disposition_read(signal);
        decision = rules_decide(signal, &before, &asked, by);
        was = rules_shown(signal, &before, by);
        if (decision.verdict == VERDICT_PASSED) {
                result = pass(caller, signal, &wanted, &after);
                if (was.handler == (void *)deliver && by == RUNTIME_GO)
                        go_forwards(signal, &after.asked);
                if (asked.handler == (void *)SIG_IGN)
                        after.shown_ignored = false;
                else if (was.handler == (void *)SIG_IGN && before.kernel == KERNEL_GUARD)
                        after.shown_ignored = true;
        } else if (asked.handler == (void *)deliver) {
                result = restore(signal, &after);
        } else {
                result = keep(signal, &wanted, decision.verdict, &after);
        }
        after.untouched = asked.handler == (void *)deliver;
        if (by == RUNTIME_JVM)
                after.shown_ignored = false;
        after.is_private = by == RUNTIME_JVM && decision.verdict == VERDICT_WRAPPED;
        /* also where somebody else gives Go's handler back whom he had replaced */
        after.is_go = go_handler && disposition_is_handler(after.asked.handler);
        after.gives_up =
                asked.handler == (void *)SIG_DFL && (before.gives_up || disposition_is_handler(before.asked.handler));
        if (result == 0)
                disposition_write(signal, &after);
        disposition_unlock(&mask);
        if (result != 0)
                return result;

        ledger_change(signal, (uint64_t)(uintptr_t)before.asked.handler, (uint64_t)(uintptr_t)asked.handler,
                      caller.address, caller.hook, decision.verdict);
        if (decision.told)
                told_change(caller, signal, before.asked.handler, asked.handler, decision.verdict);
        judge_answer(&was, old);
        return 0;
}

/* An unguarded signal: only its sa_mask is looked at, a handler of it must not block the faults either. */
static int change_unguarded(struct caller caller, int signal, const struct sigaction *action, struct sigaction *old)
{
        signal_set hidden = disposition_hidden(signal);
        signal_set faults = action ? *(const signal_set *)&action->sa_mask & guard.faults : 0;
        const bool added = onstack_is_added(signal);
        struct sigaction reduced;
        int result;

        if (!hidden && !faults && !golang_is_here())
                return next_sigaction(signal, action, old);
        if (action) {
                reduced = *action;
                *(signal_set *)&reduced.sa_mask &= ~guard.faults;
                onstack_repair(caller, signal, &reduced);
        }
        result = next_sigaction(signal, action ? &reduced : NULL, old);
        if (result != 0)
                return result;
        if (old) {
                *(signal_set *)&old->sa_mask |= hidden;
                if (added)
                        old->sa_flags &= ~SA_ONSTACK;
        }
        if (action && owner_is_self())
                disposition_hide(signal, faults);
        return 0;
}

bool judge_reads_back(int signal, const struct sigaction *action)
{
        struct disposition state;
        signal_set mask;
        bool ours;

        if (!owner_is_self())
                return false;
        libc_form_learn();
        disposition_lock(&mask);
        state = disposition_read(signal);
        ours = state.kernel == KERNEL_GUARD && state.asked.handler == (void *)SIG_IGN && action->sa_handler == SIG_IGN;
        if (ours) {
                state.asked = libc_form(action);
                disposition_write(signal, &state);
        }
        disposition_unlock(&mask);
        return ours;
}

bool judge_decides(int signal)
{
        start_guard();
        return guard.active && guard_has(signal);
}

static void answer_query(struct caller caller, int signal, struct sigaction *old)
{
        const struct disposition now = disposition_read(signal);
        struct kernel_action shown;
        enum runtime by;

        if (guard.rule[signal] == RULE_CHAIN) {
                shown = chained_shown(caller, signal, &now);
        } else if ((by = rules_asker(signal, &now, caller.address)) == RUNTIME_NONE) {
                judge_answer(&now.asked, old); /* as rules_shown() has it: another copy is a third of the time */
                return;
        } else {
                shown = rules_shown(signal, &now, by);
        }
        judge_answer(&shown, old);
}

int judge_change(struct caller caller, int signal, const struct sigaction *action, struct sigaction *old)
{
        start_guard();
        if (!guard.active)
                return next_sigaction(signal, action, old);
        if (!guard_has(signal))
                return change_unguarded(caller, signal, action, old);
        if (!action) {
                answer_query(caller, signal, old);
                return 0;
        }
        if (!owner_is_self())
                return change_borrowed(caller, signal, action, old);
        if (guard.rule[signal] == RULE_CHAIN)
                return chained_change(caller, signal, action, old);
        return change_guarded(caller, signal, action, old);
}
