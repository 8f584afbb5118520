/* Decides what a later change of a guarded signal does, carries it out, and remembers it. */
#include "judge.h"

#include "errno_edge.h"
#include "golang.h"
#include "insignal/deliver.h"
#include "insignal/disposition.h"
#include "insignal/ledger.h"
#include "insignal/log.h"
#include "insignal/modules.h"
#include "insignal/owner.h"
#include "insignal/words.h"
#include "libc_form.h"
#include "next.h"
#include "policy.h"
#include "start.h"

/* What shall happen; told: it is logged, not only written to the ledger. */
struct decision {
        enum verdict verdict;
        bool told;
};

static bool is_handler(const void *handler)
{
        return handler != (void *)SIG_DFL && handler != (void *)SIG_IGN;
}

/* ABRT ILL TRAP SYS: Go takes them and never forwards them, so our handler keeps the slot and calls Go's after the report. */
static bool go_keeps_from_us(int signal)
{
        return guard.action[signal] == ACTION_CRASH &&
               (signal == SIGABRT || signal == SIGILL || signal == SIGTRAP || signal == SIGSYS);
}

/*
 * What the caller is shown. Go asks at its start and decides by the answer: SIG_IGN makes it leave HUP alone and drop a
 * USR1 or USR2 that meets a thread that is not its own; a handler of ours for PIPE and the faults makes it forward those
 * that do not concern Go code (runtime/signal_unix.go: initsig, sigfwdgo).
 */
static struct kernel_action shown(int signal, const struct disposition *now, bool to_go)
{
        struct kernel_action is = now->asked;

        if (!to_go || !now->untouched || now->kernel != KERNEL_GUARD)
                return is;
        if (guard.action[signal] == ACTION_IGNORE && signal != SIGPIPE)
                is.handler = (void *)SIG_IGN;
        else if (guard.action[signal] == ACTION_IGNORE || !go_keeps_from_us(signal))
                is = disposition_guarded(signal);
        return is;
}

/* What Go itself asks for: it has thought about signals, so that most of it passes. */
static struct decision for_go(int signal, const struct kernel_action *asked)
{
        if (is_handler(asked->handler) && go_keeps_from_us(signal))
                return (struct decision){VERDICT_WRAPPED, false};
        return (struct decision){VERDICT_PASSED, false}; /* also SIG_DFL: Go has decided to die of it */
}

/* The rule protect: what protects the service stays, what the program needs passes. */
static struct decision protect(int signal, const struct disposition *now, const struct kernel_action *asked)
{
        enum action_kind action = guard.action[signal];

        if (asked->handler == (void *)SIG_DFL) {
                /* a crash that was reported is over: the program's own last steps must be able to die of it */
                if (action == ACTION_CRASH && atomic_load(&owner_page()->reports))
                        return (struct decision){VERDICT_PASSED, false};
                return (struct decision){VERDICT_KEPT, action != ACTION_CRASH && action != ACTION_REPORT &&
                                                               is_handler(now->asked.handler)};
        }
        if (asked->handler == (void *)SIG_IGN)
                return (struct decision){VERDICT_PASSED, false};
        if (action == ACTION_REPORT || asked->flags & SA_RESETHAND || (action == ACTION_CRASH && signal == SIGABRT))
                return (struct decision){VERDICT_WRAPPED, false};
        return (struct decision){VERDICT_PASSED, false};
}

static struct decision decide(int signal, const struct disposition *now, const struct kernel_action *asked, bool by_go)
{
        /* somebody gives back what we have shown as the handler before */
        if (asked->handler == (void *)deliver)
                return (struct decision){VERDICT_RESTORED, false};
        /* SIG_IGN for the state that we showed is nohup's; for a handler that replaced that state it is a restore */
        if (asked->handler == (void *)SIG_IGN && now->shown_ignored && is_handler(now->asked.handler))
                return (struct decision){VERDICT_RESTORED, false};
        switch (guard.rule[signal]) {
        case RULE_ALLOW:
                return (struct decision){VERDICT_PASSED, false};
        case RULE_LOG:
                return (struct decision){VERDICT_PASSED, true};
        case RULE_VETO:
                /* nohup must work, and a service may always ask for more silence */
                if (asked->handler == (void *)SIG_IGN && guard.action[signal] != ACTION_CRASH &&
                    guard.action[signal] != ACTION_REPORT)
                        return (struct decision){VERDICT_PASSED, false};
                return (struct decision){VERDICT_VETOED, true};
        default:
                return by_go ? for_go(signal, asked) : protect(signal, now, asked);
        }
}

/* Gives the kernel what was asked for, through the next function, and reads back what became of it. */
static int pass(int signal, const struct sigaction *action, struct disposition *state)
{
        struct sigaction reduced = *action;
        signal_set *mask = (signal_set *)&reduced.sa_mask;
        signal_set faults = *mask & guard.faults;
        struct kernel_action is;

        *mask &= ~guard.faults;
        if (next_sigaction(signal, &reduced, NULL) != 0)
                return -1; /* errno is the next function's */
        state->asked = libc_form(action);
        if (sys_sigaction(signal, NULL, &is) == 0 && is.handler == state->asked.handler) {
                state->asked = is;
                state->asked.mask |= faults;
        }
        state->wrapped = false;
        if (is_handler(state->asked.handler))
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

static void disposition_name(struct out *to, const void *handler)
{
        if (handler == (void *)SIG_DFL)
                out_text(to, "SIG_DFL");
        else if (handler == (void *)SIG_IGN)
                out_text(to, "SIG_IGN");
        else
                modules_name(to, (uint64_t)(uintptr_t)handler);
}

/* A few lines a minute per signal: a library that insists must not flood the log. The ledger has the rest. */
static bool may_tell(int signal)
{
        static struct {
                _Atomic uint64_t minute;
                _Atomic unsigned lines;
        } told[GUARD_SIGNALS];
        uint64_t minute = sys_now(CLOCK_MONOTONIC) / 60000000000u + 1;

        if (atomic_exchange(&told[signal].minute, minute) != minute)
                atomic_store(&told[signal].lines, 0);
        return atomic_fetch_add(&told[signal].lines, 1) < 4;
}

/*
 * A kept guard is told at level info only: programs take their handlers back as a matter of course when they end
 * (CPython's finalization resets them all), and a healthy service prints nothing because of us.
 */
static void tell(struct caller caller, int signal, const void *old, const void *asked, enum verdict verdict)
{
        char text[LOG_LINE];
        struct out line = log_begin(text);

        out_text(&line, verdict == VERDICT_VETOED ? "vetoed "
                        : verdict == VERDICT_KEPT ? "kept guarding: "
                                                  : "changed: ");
        out_text(&line, caller.hook);
        out_char(&line, '(');
        words_signal(&line, signal);
        out_text(&line, ", ");
        disposition_name(&line, asked);
        out_text(&line, ") by ");
        modules_name(&line, caller.address);
        out_text(&line,
                 verdict == VERDICT_PASSED ? "; it was " : "; the program reads it back, the guard stays; it was ");
        disposition_name(&line, old);
        log_end(&line, verdict == VERDICT_KEPT ? LEVEL_INFO : LEVEL_WARNING);
}

static void answer(const struct kernel_action *from, struct sigaction *to)
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
static int change_borrowed(int signal, const struct sigaction *action, struct sigaction *old)
{
        struct kernel_action had;
        long failed = sys_sigaction(signal, NULL, &had);

        if (failed < 0)
                return errno_fail(failed);
        if (next_sigaction(signal, action, NULL) != 0)
                return -1;
        if (had.handler == disposition_guarded(signal).handler)
                had = disposition_read(signal).asked;
        answer(&had, old);
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
        const struct kernel_action asked = {.handler = (void *)wanted.sa_handler, .flags = (uint32_t)wanted.sa_flags};
        const bool by_go = golang_owns(caller.address);
        struct disposition before, after;
        struct kernel_action was;
        struct decision decision;
        signal_set mask;
        int result;

        if (guard.action[signal] == ACTION_CRASH && owner_is_leaving()) {
                /* the process is dying of a crash that another thread must not undo in its last microseconds */
                before = disposition_read(signal);
                answer(&before.asked, old);
                return 0;
        }
        libc_form_learn();
        disposition_lock(&mask);
        before = after = disposition_read(signal);
        decision = decide(signal, &before, &asked, by_go);
        was = shown(signal, &before, by_go);
        if (decision.verdict == VERDICT_PASSED) {
                result = pass(signal, &wanted, &after);
                if (asked.handler == (void *)SIG_IGN)
                        after.shown_ignored = false;
                else if (was.handler == (void *)SIG_IGN && before.untouched)
                        after.shown_ignored = true;
        } else if (asked.handler == (void *)deliver) {
                result = restore(signal, &after);
        } else {
                result = keep(signal, &wanted, decision.verdict, &after);
        }
        after.untouched = asked.handler == (void *)deliver;
        after.is_go = by_go && is_handler(after.asked.handler);
        after.gives_up = asked.handler == (void *)SIG_DFL && mask & set_of(signal);
        if (result == 0)
                disposition_write(signal, &after);
        disposition_unlock(&mask);
        if (result != 0)
                return result;

        ledger_change(signal, (uint64_t)(uintptr_t)before.asked.handler, (uint64_t)(uintptr_t)asked.handler,
                      caller.address, caller.hook, decision.verdict);
        if (decision.told && !owner_is_young() && may_tell(signal))
                tell(caller, signal, before.asked.handler, asked.handler, decision.verdict);
        answer(&was, old);
        return 0;
}

/* An unguarded signal: only its sa_mask is looked at, a handler of it must not block the faults either. */
static int change_unguarded(int signal, const struct sigaction *action, struct sigaction *old)
{
        signal_set hidden = disposition_hidden(signal);
        signal_set faults = action ? *(const signal_set *)&action->sa_mask & guard.faults : 0;
        struct sigaction reduced;
        int result;

        if (!hidden && !faults)
                return next_sigaction(signal, action, old);
        if (action) {
                reduced = *action;
                *(signal_set *)&reduced.sa_mask &= ~guard.faults;
        }
        result = next_sigaction(signal, action ? &reduced : NULL, old);
        if (result != 0)
                return result;
        if (old)
                *(signal_set *)&old->sa_mask |= hidden;
        if (action && owner_is_self())
                disposition_hide(signal, faults);
        return 0;
}

bool judge_decides(int signal)
{
        start_guard();
        return guard.active && guard_has(signal);
}

int judge_change(struct caller caller, int signal, const struct sigaction *action, struct sigaction *old)
{
        struct kernel_action was;
        struct disposition now;

        start_guard();
        if (!guard.active)
                return next_sigaction(signal, action, old);
        if (!guard_has(signal))
                return change_unguarded(signal, action, old);
        if (!action) {
                now = disposition_read(signal);
                was = shown(signal, &now, now.untouched && golang_owns(caller.address));
                answer(&was, old);
                return 0;
        }
        if (!owner_is_self())
                return change_borrowed(signal, action, old);
        return change_guarded(caller, signal, action, old);
}
