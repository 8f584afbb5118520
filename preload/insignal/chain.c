/* The rule chain: one table of links per signal, read without a lock, and the delivery along it. */
#include "insignal/chain.h"

#include <stdatomic.h>
#include <ucontext.h>

#include "insignal/deliver.h"
#include "insignal/ledger.h"
#include "insignal/modules.h"
#include "memory.h"

/* Copies and their turns as in disposition.c: a reader's copy is stable until three more changes have happened. */
#define SLOTS 4
static struct link table[GUARD_SIGNALS][SLOTS][CHAIN_MOST];
static _Atomic uint32_t current[GUARD_SIGNALS];
static uint64_t last_serial; /* written between lock and unlock */

enum wanted { OF_ANYBODY, OF_OWNER, MADE_BY };

static bool matches(const struct link *link, enum wanted wanted, uint64_t module)
{
        return wanted == OF_ANYBODY || (wanted == OF_OWNER ? link->owner : link->via) == module;
}

/* The newest link older than serial. */
static struct link newest(int signal, uint64_t serial, enum wanted wanted, uint64_t module)
{
        struct link found;
        uint32_t at;

        do {
                const struct link *links;

                at = atomic_load_explicit(&current[signal], memory_order_acquire);
                links = table[signal][at % SLOTS];
                found.serial = 0;
                for (unsigned i = 0; i < CHAIN_MOST; i++)
                        if (links[i].serial > found.serial && links[i].serial < serial &&
                            matches(&links[i], wanted, module))
                                found = links[i];
                atomic_thread_fence(memory_order_acquire);
        } while (atomic_load_explicit(&current[signal], memory_order_relaxed) - at >= SLOTS - 1);
        return found;
}

uint64_t chain_owner(uint64_t address)
{
        struct module in;

        return modules_find(address, &in) ? in.start : 0;
}

struct link chain_find(int signal, uint64_t owner)
{
        return newest(signal, UINT64_MAX, OF_OWNER, owner);
}

struct link chain_meant(int signal, uint64_t module)
{
        struct link own = chain_find(signal, module);

        return own.serial ? own : newest(signal, UINT64_MAX, MADE_BY, module);
}

struct link chain_older(int signal, uint64_t serial)
{
        return newest(signal, serial, OF_ANYBODY, 0);
}

void chain_set(int signal, const struct link *link, struct link *lost)
{
        const bool removes = link->action.handler == (void *)SIG_DFL;
        uint32_t at = atomic_load_explicit(&current[signal], memory_order_relaxed);
        struct link *links = table[signal][(at + 1) % SLOTS];
        unsigned place = 0;

        memcpy(links, table[signal][at % SLOTS], sizeof(table[signal][0]));
        for (unsigned i = 0; i < CHAIN_MOST; i++) {
                if (links[i].owner == link->owner)
                        links[i].serial = 0;
                if (links[i].serial < links[place].serial)
                        place = i; /* a free one, else the oldest */
        }
        lost->serial = 0;
        if (!removes) {
                *lost = links[place];
                links[place] = *link;
                links[place].serial = ++last_serial;
        }
        atomic_store_explicit(&current[signal], at + 1, memory_order_release);
}

/*
 * Flags that the kernel applies once for all: a call is restarted, and a child's stop or end kept from the program, only
 * if all ask for it; the alternate stack is taken if any handler needs it.
 */
static uint64_t merged_flags(int signal)
{
        const uint64_t all_must = SA_RESTART | SA_NOCLDSTOP | SA_NOCLDWAIT;
        uint64_t all = ~(uint64_t)0, any = 0;

        for (struct link link = chain_older(signal, UINT64_MAX); link.serial; link = chain_older(signal, link.serial)) {
                if (!disposition_is_handler(link.action.handler))
                        continue;
                all &= link.action.flags;
                any |= link.action.flags;
        }
        return (all & all_must) | (any & SA_ONSTACK);
}

static void tell_ledger(int signal)
{
        void *handlers[LEDGER_CHAIN] = {0};
        struct link link = chain_older(signal, UINT64_MAX);

        for (unsigned i = 0; link.serial; link = chain_older(signal, link.serial))
                handlers[i++] = link.action.handler;
        ledger_chain(signal, handlers);
}

int chain_apply(int signal, struct disposition *state)
{
        const struct disposition before = *state;
        struct kernel_action ours = {(void *)deliver, 0, (void *)arch_restore, ~guard.faults};
        struct link link = chain_older(signal, UINT64_MAX);
        const struct link first = link;
        long failed;

        while (link.serial && !disposition_is_handler(link.action.handler))
                link = chain_older(signal, link.serial);
        *state = (struct disposition){.kernel = KERNEL_GUARD};
        if (link.serial) {
                ours.flags = merged_flags(signal) | SA_SIGINFO | DELIVER_RESTORER;
                state->asked = link.action;
        } else if (first.serial) {
                ours = (struct kernel_action){.handler = (void *)SIG_IGN};
                state->asked = first.action;
        } else {
                ours = disposition_guarded(signal);
                if (guard.action[signal] == ACTION_CHAIN)
                        ours = (struct kernel_action){.handler = (void *)SIG_DFL};
                state->gives_up = before.gives_up || disposition_is_handler(before.asked.handler);
        }
        if (!disposition_is_handler(ours.handler))
                state->kernel = ours.handler == (void *)SIG_IGN ? KERNEL_IGNORED : KERNEL_DEFAULT;
        failed = sys_sigaction(signal, &ours, NULL);
        if (failed == 0) {
                disposition_write(signal, state);
                tell_ledger(signal);
        }
        return (int)failed;
}

/* What the kernel does for SA_RESETHAND. False if another thread's delivery was faster: the handler runs once. */
static bool take_away(int signal, const struct link *link)
{
        const struct link gone = {.owner = link->owner, .action.handler = (void *)SIG_DFL};
        struct disposition state;
        struct link lost;
        signal_set mask;
        bool taken;

        disposition_lock(&mask);
        state = disposition_read(signal);
        taken = chain_find(signal, link->owner).serial == link->serial;
        if (taken) {
                chain_set(signal, &gone, &lost);
                (void)chain_apply(signal, &state); /* the kernel has taken such an action before */
        }
        disposition_unlock(&mask);
        return taken;
}

static void call(const struct link *link, int signal, siginfo_t *info, void *context)
{
        signal_set mask, between = ~guard.faults;

        memcpy(&mask, &((const ucontext_t *)context)->uc_sigmask, sizeof(mask));
        mask |= link->action.mask;
        if (!(link->action.flags & SA_NODEFER))
                mask |= set_of(signal);
        mask &= ~guard.faults;
        (void)sys_sigprocmask(SIG_SETMASK, &mask, NULL); /* cannot fail */
        /* also for handlers of one argument: the others are then registers that nobody reads */
        ((void (*)(int, siginfo_t *, void *))link->action.handler)(signal, info, context);
        (void)sys_sigprocmask(SIG_SETMASK, &between, NULL);
}

bool chain_run(int signal, siginfo_t *info, void *context)
{
        struct link link = chain_older(signal, UINT64_MAX);
        bool any = false;

        for (; link.serial; link = chain_older(signal, link.serial)) {
                if (link.runs == RUNS_NEVER || (link.runs == RUNS_BETWEEN_THREADS && !deliver_is_between_threads(info)))
                        continue;
                any = true;
                if (!disposition_is_handler(link.action.handler))
                        continue;
                /* of a library that was unloaded and left its handler behind: without the chain a newer one hid it */
                if (!modules_readable((uint64_t)(uintptr_t)link.action.handler, 1))
                        continue;
                if (link.action.flags & SA_RESETHAND && !take_away(signal, &link))
                        continue;
                call(&link, signal, info, context);
        }
        return any;
}
