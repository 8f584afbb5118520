/* Our handler: swallows, reports the sender, calls the program's handler, or crashes. */
#include "insignal/deliver.h"

#include <stdatomic.h>

#include "insignal/chain.h"
#include "insignal/crash.h"
#include "insignal/die.h"
#include "insignal/go.h"
#include "insignal/owner.h"
#include "insignal/disposition.h"
#include "insignal/ledger.h"
#include "insignal/log.h"
#include "insignal/pipes.h"
#include "insignal/sender.h"
#include "insignal/words.h"
#include "memory.h"

#define MINUTE_NS 60000000000u

/* At most one line a minute per signal; the first at once. */
static bool may_tell(int signal)
{
        static _Atomic uint64_t next[GUARD_SIGNALS];
        uint64_t now = sys_now(CLOCK_MONOTONIC);
        uint64_t allowed = atomic_load(&next[signal]);

        return now >= allowed && atomic_compare_exchange_strong(&next[signal], &allowed, now + MINUTE_NS);
}

/* "ignored SIGHUP from pid 812 (logrotate), uid 0; 3 so far" */
static void swallow(int signal, siginfo_t *info, void *context)
{
        struct line line;
        struct sender_facts sender;
        bool told = may_tell(signal) && guard.level >= LEVEL_WARNING;
        uint64_t count;

        count = ledger_swallowed(signal, info, told, &sender);
        if (!told)
                return;
        line_begin(&line, LEVEL_WARNING, signal);
        out_text(&line.words, "ignored ");
        words_signal(&line.words, signal);
        if (signal != SIGPIPE || !pipes_name(&line.words, info, context)) {
                out_text(&line.words, " from ");
                sender_words(&line.words, info, &sender);
        }
        out_text(&line.words, "; ");
        out_number(&line.words, (int64_t)count);
        out_text(&line.words, " so far");
        log_line(&line);
}

static void report_sender(int signal, siginfo_t *info, const char *what_next)
{
        struct line line;
        struct sender_facts sender;

        sender_learn(info, &sender);
        line_begin(&line, LEVEL_WARNING, signal);
        words_signal(&line.words, signal);
        out_text(&line.words, " from ");
        sender_words(&line.words, info, &sender);
        out_text(&line.words, what_next);
        log_line(&line);
}

enum by_default { DEFAULT_NOTHING, DEFAULT_STOP, DEFAULT_END };

/* signal(7), "Action" of the standard signals. For pid 1 the kernel drops what it has no handler for (kernel/signal.c). */
static enum by_default default_of(int signal)
{
        if (sys_getpid() == 1)
                return DEFAULT_NOTHING;
        switch (signal) {
        case SIGCHLD:
        case SIGCONT:
        case SIGURG:
        case SIGWINCH:
                return DEFAULT_NOTHING;
        case SIGTSTP:
        case SIGTTIN:
        case SIGTTOU:
                return DEFAULT_STOP;
        default:
                return DEFAULT_END;
        }
}

static void act_by_default(int signal, siginfo_t *info, void *context)
{
        if (default_of(signal) == DEFAULT_STOP)
                die_not_but_stop(signal, info);
        else if (default_of(signal) == DEFAULT_END)
                die_of(signal, info, context);
}

static void report_then_default(int signal, siginfo_t *info, void *context)
{
        static const char *const words[] = {"; nothing happens, as by default", "; the process stops, as by default",
                                            "; the process ends, as by default"};

        report_sender(signal, info, words[default_of(signal)]);
        act_by_default(signal, info, context);
}

/* Lets the handlers of the chain run; false if there is none any more. */
static bool deliver_chain(int signal, siginfo_t *info, void *context)
{
        if (!chain_older(signal, UINT64_MAX).serial)
                return false;
        if (guard.action[signal] == ACTION_REPORT)
                report_sender(signal, info, "; passed to the program's handlers");
        return chain_run(signal, info, context);
}

/* What the kernel would have done on the way into a handler with SA_RESETHAND, seen by the program and not by us. */
__attribute__((noinline)) /* its frame is not for every delivery */
static void
reset_handler(int signal)
{
        const struct kernel_action ours = disposition_guarded(signal);
        struct disposition state;
        signal_set mask;

        disposition_lock(&mask);
        state = disposition_read(signal);
        state.asked.handler = (void *)SIG_DFL;
        state.wrapped = false;
        (void)sys_sigaction(signal, &ours, NULL); /* ours is there already, now with our mask and flags */
        disposition_write(signal, &state);
        disposition_unlock(&mask);
}

/* The handler has raised the signal once more, for the kernel to deliver when it returns. */
static bool comes_again(int signal)
{
        return sys_pending() & set_of(signal);
}

static void call_program(int signal, siginfo_t *info, void *context, const struct disposition *now)
{
        bool by_abort = signal == SIGABRT && crash_is_abort(context);

        if (guard.action[signal] == ACTION_REPORT)
                report_sender(signal, info, "; passed to the program's handler");
        /* Go's handler does not come back from it; of what it raises itself after that, there is no second report */
        if (now->is_go && guard.action[signal] == ACTION_CRASH && !atomic_load(&owner_page()->reports))
                crash_report(signal, info, context);
        if (now->asked.flags & SA_RESETHAND)
                reset_handler(signal);
        /* also for handlers of one argument: the others are then registers that nobody reads */
        ((void (*)(int, siginfo_t *, void *))now->asked.handler)(signal, info, context);
        /* abort() goes on to kill by a way that passes no hook: this is the last moment for a report */
        if (by_abort && guard.action[signal] == ACTION_CRASH && !now->is_go && !comes_again(signal))
                crash(signal, info, context);
}

/*
 * No stray signal: a program that takes its handler away and then raises or kills itself with the signal wants to end of
 * it, and to live on after its cleaning up would be worse (Node's, Python's and C's usual way). In a filter every signal
 * that it raises itself is meant, since whoever reads its status in a pipeline expects that (sort does so when nobody
 * reads its output). A SIGPIPE of its own write looks like kill(2) and is none. Go raises it when its standard output has
 * no reader: then it comes to us first, and would be called ignored a moment before the death (dieFromSignal).
 */
static bool ends_itself(int signal, const siginfo_t *info, const struct disposition *now)
{
        bool itself = info->si_code == SI_TKILL || (info->si_code == SI_USER && signal != SIGPIPE);

        if (!itself || info->si_pid != sys_getpid())
                return false;
        if (now->asked.handler == (void *)SIG_DFL)
                return guard.tool || now->gives_up;
        return now->is_go && signal == SIGPIPE;
}

bool deliver_is_between_threads(const siginfo_t *info)
{
        return info->si_code == SI_TKILL && info->si_pid == sys_getpid();
}

/* What the guard itself does. */
static void act(int signal, siginfo_t *info, void *context, const struct disposition *now)
{
        switch (guard.action[signal]) {
        case ACTION_CRASH:
                if (now->is_go || go_gave_it_back(signal))
                        go_crash(signal, info, context);
                else
                        crash(signal, info, context);
                break;
        case ACTION_REPORT:
                report_then_default(signal, info, context);
                break;
        case ACTION_CHAIN: /* the last handler has gone since the kernel chose us */
                act_by_default(signal, info, context);
                break;
        default:
                if ((signal == SIGPIPE && pipes_end(info, context)) || ends_itself(signal, info, now))
                        die_of(signal, info, context);
                else
                        swallow(signal, info, context);
        }
}

void deliver(int signal, siginfo_t *info, void *context)
{
        struct disposition now = disposition_read(signal);

        if (guard.action[signal] == ACTION_CRASH && crash_catches(signal, info, context))
                return;
        if (guard.rule[signal] == RULE_CHAIN && deliver_chain(signal, info, context))
                return;
        if (now.wrapped && (!now.is_private || deliver_is_between_threads(info)))
                call_program(signal, info, context, &now);
        else
                act(signal, info, context, &now);
}

void deliver_forwarded(int signal, siginfo_t *info, void *context)
{
        struct disposition now = disposition_read(signal);

        now.is_go = true; /* nobody else is shown this function */
        act(signal, info, context, &now);
}
