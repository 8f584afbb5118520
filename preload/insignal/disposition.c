/* The two tables, readable at any moment and by any thread without a lock. */
#include "insignal/disposition.h"

#include <stdatomic.h>

#include "insignal/deliver.h"
#include "insignal/ledger.h"
#include "insignal/owner.h"
#include "memory.h"

/*
 * A writer fills the slot after the current one and then moves on, so a reader's slot is stable until three more
 * changes have happened: it copies, and copies again only then. No reader ever waits for a writer.
 */
#define SLOTS 4
static struct disposition table[SLOTS][GUARD_SIGNALS] __attribute__((section(".bss.start_last")));
static WRITTEN_AT_START _Atomic uint32_t current[GUARD_SIGNALS];
static _Atomic uint64_t hidden[GUARD_SIGNALS];

/* What every start writes, turn 1, lies first. */
static struct disposition *slot(int signal, uint32_t turn)
{
        return &table[(turn + SLOTS - 1) % SLOTS][signal];
}

struct disposition disposition_read(int signal)
{
        struct disposition copy;
        uint32_t at;

        do {
                at = atomic_load_explicit(&current[signal], memory_order_acquire);
                copy = *slot(signal, at);
                atomic_thread_fence(memory_order_acquire);
        } while (atomic_load_explicit(&current[signal], memory_order_relaxed) - at >= SLOTS - 1);
        return copy;
}

void disposition_write(int signal, const struct disposition *state)
{
        uint32_t next = atomic_load_explicit(&current[signal], memory_order_relaxed) + 1;

        *slot(signal, next) = *state;
        atomic_store_explicit(&current[signal], next, memory_order_release);
        ledger_state(signal, state);
}

void disposition_lock(signal_set *before)
{
        const signal_set all = ~guard.faults;
        struct owner *owner = owner_page();
        int self = sys_gettid();
        uint64_t start = 0;

        (void)sys_sigprocmask(SIG_SETMASK, &all, before); /* cannot fail */
        for (unsigned round = 1;; round++) {
                int nobody = 0;

                if (atomic_compare_exchange_weak(&owner->lock, &nobody, self) || nobody == self)
                        return;
                if (round % 64)
                        continue;
                (void)sys(__NR_sched_yield);
                if (!start)
                        start = sys_now(CLOCK_MONOTONIC);
                else if (sys_now(CLOCK_MONOTONIC) - start > 1000000000u)
                        return;
        }
}

void disposition_unlock(const signal_set *before)
{
        int self = sys_gettid();

        (void)atomic_compare_exchange_strong(&owner_page()->lock, &self, 0);
        (void)sys_sigprocmask(SIG_SETMASK, before, 0); /* cannot fail */
}

struct kernel_action disposition_guarded(int signal)
{
        struct kernel_action action = {(void *)deliver, SA_SIGINFO | SA_ONSTACK | SA_RESTART | DELIVER_RESTORER,
                                       (void *)arch_restore, ~guard.faults};

        if (guard.action[signal] == ACTION_DISCARD)
                action = (struct kernel_action){.handler = (void *)SIG_IGN};
        if (guard.action[signal] == ACTION_CRASH)
                action.flags |= SA_NODEFER; /* a second fault in the handler must reach it, not the kernel's kill */
        return action;
}

signal_set disposition_hidden(int signal)
{
        return signal > 0 && signal < GUARD_SIGNALS ? atomic_load_explicit(&hidden[signal], memory_order_relaxed) : 0;
}

void disposition_hide(int signal, signal_set faults)
{
        if (signal > 0 && signal < GUARD_SIGNALS)
                atomic_store_explicit(&hidden[signal], faults, memory_order_relaxed);
}
