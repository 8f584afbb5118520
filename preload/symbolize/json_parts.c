/* Parts of the JSON report: values, and the ledger of signals. */
#include "json_parts.h"

#include "escape.h"
#include "modules.h"

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
        struct module *module = handler > 1 ? modules_find(handler) : NULL;

        if (handler < 2)
                return json_string(handler ? "ignored" : "default");
        return module ? json_sprintf("%s+0x%llx", escape(module->image.path),
                                     (unsigned long long)(handler - module->bias))
                      : json_hex(handler);
}

json_t *json_signals(const struct report *report)
{
        json_t *array = json_array();

        for (size_t i = 0; report->signals && i < report->ledger.signals; i++) {
                const struct signal_facts *from = &report->signals[i];
                json_t *signal = json_object();

                json_object_set_new(signal, "signal", json_string(report_signal_name(from->signal)));
                json_object_set_new(signal, "action", json_words(from->action_name));
                json_object_set_new(signal, "rule", json_words(from->rule_name));
                json_object_set_new(signal, "kernel", json_words(from->kernel_name));
                json_object_set_new(signal, "asked", handler_json(from->asked_handler));
                json_object_set_new(signal, "asked_flags", json_hex(from->asked_flags));
                json_object_set_new(signal, "ignored", json_integer((json_int_t)from->swallowed));
                if (from->last_pid)
                        json_object_set_new(signal, "last_sender",
                                            json_pack("{s:i,s:i,s:o}", "pid", from->last_pid, "uid", from->last_uid,
                                                      "name", json_words(from->last_name)));
                json_array_append_new(array, signal);
        }
        return array;
}

json_t *json_changes(const struct report *report)
{
        json_t *array = json_array();

        for (size_t i = 0; report->changes && i < report->ledger.changes; i++) {
                const struct change_facts *from = &report->changes[i];
                json_t *change = json_object();

                json_object_set_new(change, "time_ns", json_integer((json_int_t)from->time_ns));
                json_object_set_new(change, "signal", json_string(report_signal_name(from->signal)));
                json_object_set_new(change, "tid", json_integer(from->tid));
                json_object_set_new(change, "hook", json_words(from->hook_name));
                json_object_set_new(change, "caller", handler_json(from->caller));
                json_object_set_new(change, "old", handler_json(from->old_handler));
                json_object_set_new(change, "new", handler_json(from->new_handler));
                json_object_set_new(change, "verdict", json_words(from->verdict_name));
                json_array_append_new(array, change);
        }
        return array;
}
