/* The ledger in the text report: what each guarded signal does, and how that changed. */
#include "text_ledger.h"

#include "escape.h"
#include "modules.h"

/* "default", "ignored", or the module and offset of a handler. */
static void put_handler(FILE *out, uint64_t handler)
{
        struct module *module = handler > 1 ? modules_find(handler) : NULL;

        if (handler < 2)
                fputs(handler ? "ignored" : "default", out);
        else if (module)
                fprintf(out, "%s+0x%llx", escape(modules_name(module)), (unsigned long long)(handler - module->bias));
        else
                fprintf(out, "0x%llx", (unsigned long long)handler);
}

void text_signals(FILE *out, const struct report *report)
{
        if (!report->signals)
                return;
        fprintf(out, "sigguard: signals (guarded as, in the kernel, asked for by the program):\n");
        for (size_t i = 0; i < report->ledger.signals; i++) {
                const struct signal_facts *signal = &report->signals[i];

                fprintf(out, "  %-9s %-8s %-8s ", report_signal_name(signal->signal), escape(signal->action_name),
                        escape(signal->kernel_name));
                put_handler(out, signal->asked_handler);
                if (signal->swallowed) {
                        fprintf(out, ", %llu ignored so far", (unsigned long long)signal->swallowed);
                        if (signal->last_pid)
                                fprintf(out, ", the last from pid %d (%s), uid %d", signal->last_pid,
                                        escape(signal->last_name), signal->last_uid);
                }
                fputc('\n', out);
        }
}

void text_changes(FILE *out, const struct report *report)
{
        if (!report->changes || !report->ledger.changes)
                return;
        fprintf(out, "sigguard: changes of signal handlers, oldest first:\n");
        if (report->ledger.lost)
                fprintf(out, "  (%llu older ones are no longer known)\n", (unsigned long long)report->ledger.lost);
        for (size_t i = 0; i < report->ledger.changes; i++) {
                const struct change_facts *change = &report->changes[i];

                fprintf(out, "  %-9s ", report_signal_name(change->signal));
                put_handler(out, change->old_handler);
                fputs(" -> ", out);
                put_handler(out, change->new_handler);
                fprintf(out, "  %s by thread %d through %s at ", escape(change->verdict_name), change->tid,
                        escape(change->hook_name));
                put_handler(out, change->caller);
                fputc('\n', out);
        }
}
