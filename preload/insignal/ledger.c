/* The ledger: a fixed ring of changes and a counter per signal. */
#include "insignal/ledger.h"

#include <stdatomic.h>

#include "insignal/disposition.h"
#include "memory.h"

#define RING 64

/* number: 1 + its place in the history once it is complete, 0 while it is written. */
static struct {
        _Atomic uint64_t number;
        struct change_facts facts;
} ring[RING];
static _Atomic uint64_t written;

static struct {
        _Atomic uint64_t count;
        _Atomic int32_t pid, uid;
        char name[16]; /* of the last sender; a torn copy is terminated text all the same */
} swallowed[GUARD_SIGNALS];

static const char *const verdict_names[] = {"passed", "kept", "wrapped", "restored", "vetoed", "chained"};
static const char *const action_names[] = {"leave", "ignore", "discard", "report", "crash", "chain"};
static const char *const rule_names[] = {"allow", "log", "protect", "veto", "chain"};
static const char *const kernel_names[] = {"program", "guard", "ignored", "default"};

void ledger_change(int signal, uint64_t old_handler, uint64_t new_handler, uint64_t caller, const char *hook,
                   enum verdict verdict)
{
        uint64_t number = atomic_fetch_add(&written, 1);
        struct change_facts *to = &ring[number % RING].facts;

        atomic_store(&ring[number % RING].number, 0);
        to->time_ns = sys_now(CLOCK_REALTIME);
        to->signal = signal;
        to->tid = sys_gettid();
        to->caller = caller;
        to->old_handler = old_handler;
        to->new_handler = new_handler;
        text_copy(to->verdict_name, sizeof(to->verdict_name), verdict_names[verdict]);
        text_copy(to->hook_name, sizeof(to->hook_name), hook);
        atomic_store(&ring[number % RING].number, number + 1);
}

uint64_t ledger_swallowed(int signal, const siginfo_t *info, const char *sender)
{
        atomic_store(&swallowed[signal].pid, info->si_code <= 0 ? info->si_pid : 0);
        atomic_store(&swallowed[signal].uid, info->si_code <= 0 ? (int32_t)info->si_uid : 0);
        if (*sender)
                text_copy(swallowed[signal].name, sizeof(swallowed[signal].name), sender);
        return atomic_fetch_add(&swallowed[signal].count, 1) + 1;
}

static void signal_facts(int signal, struct signal_facts *to)
{
        struct disposition state = disposition_read(signal);

        *to = (struct signal_facts){
                .signal = signal,
                .action = guard.action[signal],
                .asked_handler = (uint64_t)(uintptr_t)state.asked.handler,
                .asked_flags = state.asked.flags,
                .swallowed = atomic_load(&swallowed[signal].count),
                .last_pid = atomic_load(&swallowed[signal].pid),
                .last_uid = atomic_load(&swallowed[signal].uid),
        };
        text_copy(to->action_name, sizeof(to->action_name), action_names[guard.action[signal]]);
        text_copy(to->rule_name, sizeof(to->rule_name), rule_names[guard.rule[signal]]);
        text_copy(to->kernel_name, sizeof(to->kernel_name), kernel_names[state.kernel]);
        text_copy(to->last_name, sizeof(to->last_name), swallowed[signal].name);
}

uint32_t ledger_facts(void *to, uint32_t room)
{
        struct ledger_facts *head = to;
        struct signal_facts *signals = (struct signal_facts *)(head + 1);
        struct change_facts *changes;
        uint64_t end = atomic_load(&written);
        uint64_t first = end > RING ? end - RING : 0;

        if (room < sizeof(*head) + GUARD_SIGNALS * sizeof(*signals) + RING * sizeof(*changes))
                return 0;
        *head = (struct ledger_facts){.lost = first};
        for (int signal = 1; signal < GUARD_SIGNALS; signal++)
                if (guard_has(signal))
                        signal_facts(signal, &signals[head->signals++]);
        changes = (struct change_facts *)&signals[head->signals];
        for (uint64_t number = first; number < end; number++) {
                changes[head->changes] = ring[number % RING].facts;
                if (atomic_load(&ring[number % RING].number) == number + 1)
                        head->changes++;
        }
        return (uint32_t)((const char *)&changes[head->changes] - (const char *)to);
}
