/* Parts of the JSON report: values, and the ledger of signals. */
#include "json_parts.h"

#include "escape.h"
#include "ledger.h"

json_t *json_hex(uint64_t value)
{
        return json_sprintf("0x%llx", (unsigned long long)value);
}

json_t *json_words(const char *text)
{
        return text && text[0] ? json_string(escape(text)) : json_null();
}

static json_t *handler_json(uint64_t handler)
{
        return json_string(ledger_handler(handler, true));
}

static json_t *change_json(const struct change_facts *from)
{
        json_t *change = json_object();

        json_object_set_new(change, "time_ns", json_integer((json_int_t)from->time_ns));
        json_object_set_new(change, "signal", json_string(report_signal_name(from->signal)));
        json_object_set_new(change, "tid", json_integer(from->tid));
        json_object_set_new(change, "hook", json_words(from->hook_name));
        json_object_set_new(change, "caller", handler_json(from->caller));
        json_object_set_new(change, "old", handler_json(from->old_handler));
        json_object_set_new(change, "new", handler_json(from->new_handler));
        json_object_set_new(change, "verdict", json_words(from->verdict_name));
        return change;
}

json_t *json_sender(const struct sender_facts *sender)
{
        if (!sender->pid)
                return json_null();
        return json_pack("{s:i,s:i,s:o,s:o}", "pid", sender->pid, "uid", sender->uid, "name", json_words(sender->name),
                         "group", json_words(sender->group));
}

json_t *json_signals(const struct ledger_facts *ledger)
{
        json_t *array = json_array();

        for (int i = 1; ledger && i < LEDGER_SIGNALS; i++) {
                const struct signal_facts *from = &ledger->signals[i];
                const struct signal_past *past = &ledger->past[i];
                json_t *signal, *chain;

                if (!from->signal)
                        continue;
                signal = json_object();
                chain = json_array();
                for (size_t link = 0; link < LEDGER_CHAIN && past->chain[link]; link++)
                        json_array_append_new(chain, handler_json(past->chain[link]));
                json_object_set_new(signal, "signal", json_string(report_signal_name(i)));
                json_object_set_new(signal, "action", json_words(from->action_name));
                json_object_set_new(signal, "rule", json_words(from->rule_name));
                json_object_set_new(signal, "kernel", json_words(from->kernel_name));
                json_object_set_new(signal, "asked", handler_json(from->asked_handler));
                json_object_set_new(signal, "asked_flags", json_hex(from->asked_flags));
                json_object_set_new(signal, "chain", chain);
                json_object_set_new(signal, "ignored", json_integer((json_int_t)past->swallowed));
                json_object_set_new(signal, "last_sender", json_sender(&past->last));
                json_object_set_new(signal, "last_change",
                                    past->change.time_ns ? change_json(&past->change) : json_null());
                json_array_append_new(array, signal);
        }
        return array;
}

json_t *json_changes(const struct ledger_facts *ledger)
{
        json_t *array = json_array();

        for (uint64_t number = ledger ? ledger_first(ledger) : 0; ledger && number < ledger->changes; number++)
                if (ledger_change(ledger, number))
                        json_array_append_new(array, change_json(ledger_change(ledger, number)));
        return array;
}
