/* The ledger in the text report: what each guarded signal does, and how that changed. */
#include "text_ledger.h"

#include "escape.h"
#include "ledger.h"

void text_signals(FILE *out, const struct report *report)
{
        if (!report->ledger)
                return;
        fprintf(out, "sigguard: signals (guarded as, in the kernel, asked for by the program):\n");
        for (int i = 1; i < LEDGER_SIGNALS; i++) {
                const struct signal_facts *row = &report->ledger->signals[i];
                const struct signal_past *past = &report->ledger->past[i];

                if (!row->signal)
                        continue;
                fprintf(out, "  %-9s %-8s %-8s %s", report_signal_name(i), escape(row->action_name),
                        escape(row->kernel_name), ledger_asked(report->ledger, i));
                if (past->swallowed)
                        fprintf(out, ", %llu ignored so far%s%s", (unsigned long long)past->swallowed,
                                past->last.pid ? ", the last from " : "",
                                past->last.pid ? ledger_sender(&past->last) : "");
                fputc('\n', out);
        }
}

void text_changes(FILE *out, const struct report *report)
{
        const struct ledger_facts *ledger = report->ledger;

        if (!ledger || !ledger->changes)
                return;
        fprintf(out, "sigguard: changes of signal handlers, oldest first:\n");
        if (ledger_first(ledger))
                fprintf(out, "  (%llu older ones are no longer known)\n", (unsigned long long)ledger_first(ledger));
        for (uint64_t number = ledger_first(ledger); number < ledger->changes; number++) {
                const struct change_facts *change = ledger_change(ledger, number);

                if (!change)
                        continue;
                fprintf(out, "  %-9s %s -> ", report_signal_name(change->signal),
                        ledger_handler(change->old_handler, false));
                fprintf(out, "%s, %s", ledger_handler(change->new_handler, false), escape(change->verdict_name));
                fprintf(out, " by thread %d through %s in %s, %s\n", change->tid, escape(change->hook_name),
                        ledger_handler(change->caller, false), ledger_time(change->time_ns));
        }
}
