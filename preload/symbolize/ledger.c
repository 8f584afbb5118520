/* The service's ledger, and its parts in words. */
#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "escape.h"
#include "modules.h"
#include "names.h"
#include "peer.h"
#include "readable.h"
#include "symbols.h"

#define RESULTS 8 /* that many stay valid, as in escape.c */
#define LONGEST 512

static char *next_result(void)
{
        static char results[RESULTS][LONGEST];
        static unsigned int turn;

        return results[turn++ % RESULTS];
}

const struct ledger_facts *ledger_ask(void)
{
        static union {
                struct ledger_facts facts;
                char bytes[PROTOCOL_PAYLOAD];
        } answer;
        long got = peer_ask(ASK_LEDGER, 0, 0, &answer, sizeof(answer));

        return got == (long)sizeof(answer.facts) && ledger_check(&answer.facts) ? &answer.facts : NULL;
}

void ledger_end_sender(struct sender_facts *sender)
{
        sender->name[sizeof(sender->name) - 1] = 0;
        sender->group[sizeof(sender->group) - 1] = 0;
}

static void end_change(struct change_facts *change)
{
        change->verdict_name[sizeof(change->verdict_name) - 1] = 0;
        change->hook_name[sizeof(change->hook_name) - 1] = 0;
}

bool ledger_check(struct ledger_facts *ledger)
{
        if (memcmp(ledger->magic, LEDGER_MAGIC, sizeof(ledger->magic)) != 0 || ledger->version != PROTOCOL_VERSION ||
            ledger->size != sizeof(*ledger))
                return false;
        ledger->release[sizeof(ledger->release) - 1] = 0;
        ledger->state[sizeof(ledger->state) - 1] = 0;
        for (int i = 0; i < LEDGER_SIGNALS; i++) {
                struct signal_facts *row = &ledger->signals[i];

                if (row->signal != i)
                        row->signal = 0;
                row->action_name[sizeof(row->action_name) - 1] = 0;
                row->rule_name[sizeof(row->rule_name) - 1] = 0;
                row->kernel_name[sizeof(row->kernel_name) - 1] = 0;
                ledger_end_sender(&ledger->past[i].last);
                end_change(&ledger->past[i].change);
        }
        for (int i = 0; i < LEDGER_CHANGES; i++)
                end_change(&ledger->ring[i].facts);
        return true;
}

uint64_t ledger_first(const struct ledger_facts *ledger)
{
        return ledger->changes > LEDGER_CHANGES ? ledger->changes - LEDGER_CHANGES : 0;
}

const struct change_facts *ledger_change(const struct ledger_facts *ledger, uint64_t number)
{
        const uint64_t place = number % LEDGER_CHANGES;

        return ledger->ring[place].number == number + 1 ? &ledger->ring[place].facts : NULL;
}

const char *ledger_handler(uint64_t handler, bool path)
{
        struct module *module = handler > 1 ? modules_find(handler) : NULL;
        const char *name = NULL;
        char *to = next_result();

        if (handler < 2)
                return handler ? "ignored" : "default";
        if (!module) {
                snprintf(to, LONGEST, "0x%llx", (unsigned long long)handler);
                return to;
        }
        char *readable = symbols_function(handler, &name) ? readable_name(name) : NULL;

        snprintf(to, LONGEST, "%.200s%s%.250s+0x%llx%s", readable ? names_brief(readable) : "", readable ? " (" : "",
                 escape(path ? module->image.path : modules_name(module)), (unsigned long long)(handler - module->bias),
                 readable ? ")" : "");
        free(readable);
        return to;
}

const char *ledger_asked(const struct ledger_facts *ledger, int signal)
{
        const uint64_t *chain = ledger->past[signal].chain;
        char *to = next_result();
        size_t at = 0;

        if (!chain[0] || !chain[1])
                return ledger_handler(ledger->signals[signal].asked_handler, false);
        for (size_t i = 0; i < LEDGER_CHAIN && chain[i] && at < LONGEST; i++)
                at += (size_t)snprintf(to + at, LONGEST - at, "%s%s", i ? ", then " : "",
                                       ledger_handler(chain[i], false));
        return to;
}

const char *ledger_sender(const struct sender_facts *sender)
{
        char *to = next_result();

        snprintf(to, LONGEST, "pid %d%s%s%s, uid %d%s%s", sender->pid, sender->name[0] ? " (" : "",
                 escape(sender->name), sender->name[0] ? ")" : "", sender->uid, sender->group[0] ? ", " : "",
                 escape(sender->group));
        return to;
}

const char *ledger_time(uint64_t time_ns)
{
        time_t seconds = (time_t)(time_ns / 1000000000u);
        char *to = next_result();
        struct tm parts;

        if (!gmtime_r(&seconds, &parts) || !strftime(to, LONGEST, "%Y-%m-%d %H:%M:%S UTC", &parts))
                snprintf(to, LONGEST, "an unknown time");
        return to;
}
