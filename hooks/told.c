/* The log lines about changes of guarded signals. */
#include "told.h"

#include <stdatomic.h>

#include "insignal/log.h"
#include "insignal/modules.h"
#include "insignal/owner.h"
#include "insignal/words.h"

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
void told_change(struct caller caller, int signal, const void *old, const void *asked, enum verdict verdict)
{
        struct line line;

        if (owner_is_young() || !may_tell(signal))
                return;
        line_begin(&line, verdict == VERDICT_KEPT || verdict == VERDICT_CHAINED ? LEVEL_INFO : LEVEL_WARNING, signal);
        out_text(&line.words, verdict == VERDICT_VETOED    ? "vetoed "
                              : verdict == VERDICT_KEPT    ? "kept guarding: "
                              : verdict == VERDICT_CHAINED ? "chained: "
                                                           : "changed: ");
        out_text(&line.words, caller.hook);
        out_char(&line.words, '(');
        words_signal(&line.words, signal);
        out_text(&line.words, ", ");
        disposition_name(&line.words, asked);
        out_text(&line.words, ") by ");
        modules_name(&line.words, caller.address);
        out_text(&line.words, verdict == VERDICT_PASSED    ? "; it was "
                              : verdict == VERDICT_CHAINED ? "; handlers of others stay; its own was "
                                                           : "; the program reads it back, the guard stays; it was ");
        disposition_name(&line.words, old);
        log_line(&line);
}

void told_lost(int signal, const void *handler)
{
        struct line line;

        line_begin(&line, LEVEL_WARNING, signal);
        out_text(&line.words, "the chain of ");
        words_signal(&line.words, signal);
        out_text(&line.words, " is full: its oldest handler ");
        disposition_name(&line.words, handler);
        out_text(&line.words, " is no longer called");
        log_line(&line);
}
