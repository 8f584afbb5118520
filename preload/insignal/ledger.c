/* The ledger: one block of memory that is always complete, so that it can be read from outside at any moment. */
#include "insignal/ledger.h"

#include <stdatomic.h>

#include "insignal/sender.h"
#include "memory.h"

/* protected: a program or library that has something of this name keeps it, and we keep ours */
__attribute__((visibility("protected"), section(".bss.start_then"))) struct ledger_facts sigguard_ledger;

_Static_assert(LEDGER_SIGNALS == GUARD_SIGNALS, "a row for each signal");

static const char *const verdict_names[] = {"passed", "kept", "wrapped", "restored", "vetoed", "chained"};
static const char *const action_names[] = {"leave", "ignore", "discard", "report", "crash", "chain"};
static const char *const rule_names[] = {"allow", "log", "protect", "veto", "chain"};
static const char *const kernel_names[] = {"program", "guard", "ignored", "default"};

void ledger_begin(const char *state)
{
        memcpy(sigguard_ledger.magic, LEDGER_MAGIC, sizeof(sigguard_ledger.magic));
        sigguard_ledger.version = PROTOCOL_VERSION;
        sigguard_ledger.size = sizeof(sigguard_ledger);
        text_copy(sigguard_ledger.release, sizeof(sigguard_ledger.release), SIGGUARD_VERSION);
        text_copy(sigguard_ledger.state, sizeof(sigguard_ledger.state), state);
}

void ledger_state(int signal, const struct disposition *state)
{
        struct signal_facts *row = &sigguard_ledger.signals[signal];

        __atomic_fetch_add(&sigguard_ledger.turn, 1, __ATOMIC_ACQ_REL);
        row->signal = signal;
        text_copy(row->action_name, sizeof(row->action_name), action_names[guard.action[signal]]);
        text_copy(row->rule_name, sizeof(row->rule_name), rule_names[guard.rule[signal]]);
        text_copy(row->kernel_name, sizeof(row->kernel_name), kernel_names[state->kernel]);
        row->asked_handler = (uint64_t)(uintptr_t)state->asked.handler;
        row->asked_flags = state->asked.flags;
        __atomic_fetch_add(&sigguard_ledger.turn, 1, __ATOMIC_ACQ_REL);
}

void ledger_chain(int signal, void *const handlers[LEDGER_CHAIN])
{
        struct signal_past *row = &sigguard_ledger.past[signal];

        __atomic_fetch_add(&sigguard_ledger.turn, 1, __ATOMIC_ACQ_REL);
        for (unsigned i = 0; i < LEDGER_CHAIN; i++)
                row->chain[i] = (uint64_t)(uintptr_t)handlers[i];
        __atomic_fetch_add(&sigguard_ledger.turn, 1, __ATOMIC_ACQ_REL);
}

void ledger_change(int signal, uint64_t old_handler, uint64_t new_handler, uint64_t caller, const char *hook,
                   enum verdict verdict)
{
        uint64_t number = __atomic_fetch_add(&sigguard_ledger.changes, 1, __ATOMIC_ACQ_REL);
        struct change_facts *to = &sigguard_ledger.ring[number % LEDGER_CHANGES].facts;

        __atomic_store_n(&sigguard_ledger.ring[number % LEDGER_CHANGES].number, 0, __ATOMIC_RELEASE);
        to->time_ns = sys_now(CLOCK_REALTIME);
        to->signal = signal;
        to->tid = sys_gettid();
        to->caller = caller;
        to->old_handler = old_handler;
        to->new_handler = new_handler;
        text_copy(to->verdict_name, sizeof(to->verdict_name), verdict_names[verdict]);
        text_copy(to->hook_name, sizeof(to->hook_name), hook);
        sigguard_ledger.past[signal].change = *to;
        __atomic_store_n(&sigguard_ledger.ring[number % LEDGER_CHANGES].number, number + 1, __ATOMIC_RELEASE);
}

/*
 * Two threads may be here at once for one signal: the second one counts, and leaves the sender to the first. A SIGPIPE of
 * its own write is from nobody else, and many of them may come: nothing is looked up for it.
 */
uint64_t ledger_swallowed(int signal, const siginfo_t *info, bool told, struct sender_facts *sender)
{
        static atomic_flag busy[GUARD_SIGNALS];
        struct signal_past *row = &sigguard_ledger.past[signal];
        bool known = row->last.pid == info->si_pid && info->si_code <= 0;

        if (told || !known)
                sender_learn(info, sender);
        if ((told || !known) && !atomic_flag_test_and_set(&busy[signal])) {
                row->last = *sender;
                atomic_flag_clear(&busy[signal]);
        }
        return __atomic_fetch_add(&row->swallowed, 1, __ATOMIC_ACQ_REL) + 1;
}
