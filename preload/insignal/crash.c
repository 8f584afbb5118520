/* One crash from head line to death, as a list of steps. */
#include "insignal/crash.h"

#include "insignal/die.h"
#include "insignal/head.h"
#include "insignal/inject.h"
#include "insignal/log.h"
#include "insignal/modules.h"
#include "insignal/owner.h"
#include "insignal/raw.h"
#include "insignal/threads.h"
#include "insignal/watcher.h"
#include "memory.h"
#include "next.h"

struct crash crash_now;
#ifdef SIGGUARD_INJECT
int sigguard_inject;
#endif

static uint64_t self(void)
{
        return (uint64_t)(uint32_t)sys_getpid() << 32 | (uint32_t)sys_gettid();
}

/*
 * A vfork child shares this memory: once it is dying and its watcher has left our static stack, its turn is over although
 * it never says so. A thread of our own process is left alone, we die with it.
 */
static bool is_over(const struct owner *owner, uint64_t holder)
{
        return atomic_load(&owner->leaving) && !atomic_load(&owner->watcher) && holder >> 32 != self() >> 32;
}

/*
 * Makes this thread the one that reports. Others wait until it is done, which for most crashes means until they die
 * with it; one whose turn does not come within the budget goes on without a report.
 */
static bool claim(const void *context)
{
        struct owner *owner = owner_page();
        uint64_t me = self();
        uint64_t start = sys_now(CLOCK_MONOTONIC);
        uint64_t patience = (uint64_t)guard.timeout_ms * 1000000u + 1000000000u;

        for (;;) {
                uint64_t holder = atomic_load(&owner->crash);

                if ((!holder || is_over(owner, holder)) && atomic_compare_exchange_strong(&owner->crash, &holder, me))
                        return true;
                if (holder == me || sys_now(CLOCK_MONOTONIC) - start > patience)
                        return false;
                threads_offer(context);
                (void)sys_poll(NULL, 0, 1000000); /* a nap of a millisecond, whatever it answers */
        }
}

/* Runs a step; if it faults, execution goes on behind it and the report says so. */
static void step(int number, void (*run)(struct crash *))
{
        if (arch_recovery_mark(&crash_now.point) == 0) {
                atomic_store(&crash_now.point_set, true);
                inject_fault(number);
                run(&crash_now);
                inject_fault(number + INJECT_BEHIND);
        } else {
                crash_now.facts.degraded |= DEGRADED_SECOND_CRASH;
        }
        atomic_store(&crash_now.point_set, false);
}

bool crash_catches(int signal, siginfo_t *info, void *context)
{
        if (atomic_load(&owner_page()->watcher) == sys_gettid()) {
                if (info->si_code > 0)
                        sys(__NR_exit_group, 1);
                return true; /* "systemctl kill -s SEGV" sends to all of a unit, and the watcher is a process of it */
        }
        if (atomic_load(&owner_page()->crash) != self())
                return false;
        if (atomic_load(&owner_page()->leaving)) {
                /* another thread has put a handler back between the give-back and the death: once more */
                die_of(crash_now.facts.signal, (siginfo_t *)crash_now.facts.siginfo, context);
                return true;
        }
        if (info->si_code <= 0)
                return true; /* somebody sends crash signals to a crashing thread: one crash, one report */
        if (atomic_exchange(&crash_now.point_set, false))
                arch_recovery_apply(&crash_now.point, context);
        else
                die_of(signal, info, context);
        return true;
}

bool crash_is_abort(const void *context)
{
        size_t size = 0;
        uint64_t start = (uint64_t)(uintptr_t)next_symbol("abort", &size);
        uint64_t pc = arch_pc(context);
        uint64_t sp = arch_sp(context) & ~(uint64_t)7;

        if (!start || (pc >= start && pc < start + size))
                return start != 0;
        /* raise() and what it calls have small frames: 0.3 KiB in glibc 2.36, 0.2 in musl 1.2.3 */
        for (uint64_t at = sp; at < sp + 1024; at += 8) {
                uint64_t word;

                if ((at == sp || at % 4096 == 0) && !modules_readable(at, 8))
                        return false;
                word = *(const uint64_t *)(uintptr_t)at;
                if (word > start && word < start + size)
                        return true;
        }
        return false;
}

void crash_failed(const char *step, long error)
{
        if (crash_now.failed_step)
                return;
        crash_now.failed_step = step;
        crash_now.failed_error = (int)error;
}

int crash_say(struct crash *crash, const char *lines)
{
        uint64_t start = sys_now(CLOCK_MONOTONIC), spent;
        int done = log_report(lines, &crash->facts, crash->patience_ms);

        spent = (sys_now(CLOCK_MONOTONIC) - start) / 1000000u;
        crash->patience_ms = spent < crash->patience_ms ? crash->patience_ms - (unsigned)spent : 0;
        return done;
}

static void begin(int signal, siginfo_t *info, void *context)
{
        uint64_t budget_ns = (uint64_t)guard.timeout_ms * 1000000u;

        memset(&crash_now, 0, offsetof(struct crash, kept));
        atomic_store(&crash_now.kept_size, 0);
        crash_now.kept[0] = 0;
        crash_now.info = info;
        crash_now.context = context;
        crash_now.start_ns = sys_now(CLOCK_MONOTONIC);
        crash_now.end_ns = crash_now.start_ns + budget_ns;
        crash_now.patience_ms = guard.timeout_ms / 4 < 300 ? guard.timeout_ms / 4 : 300;
        crash_now.facts.signal = signal;
        /* of 5000 ms the helper has 4000, the rest is for the raw form and the way out */
        crash_now.facts.deadline_ns = crash_now.start_ns + budget_ns / 10 * 8;
}

static void forget_others(struct crash *crash)
{
        if (die_is_possible(crash->info, crash->by_abort))
                die_forget_others();
}

/* ends: the process does not live on behind it, as far as it is ours to say. */
static void tell(int signal, siginfo_t *info, void *context, bool ends)
{
        struct owner *owner = owner_page();

        atomic_store(&owner->leaving, false);
        begin(signal, info, context);
        step(1, head_learn);
        step(2, head_print);
        step(8, head_print_again);
        step(3, threads_borrow);
        step(4, watcher_start);
        step(5, watcher_wait);
        step(6, raw_collect);
        step(9, raw_print);
        if (ends)
                step(10, forget_others); /* before there is another thread again that could take one */
        step(7, threads_release);
        atomic_fetch_add(&owner->reports, 1);
}

/* The process lives on, at least for a while. */
static void leave_nothing(void)
{
        watcher_dismiss(&crash_now);
        atomic_store(&owner_page()->leaving, false);
        atomic_store(&owner_page()->crash, 0);
}

void crash(int signal, siginfo_t *info, void *context)
{
        if (!claim(context)) {
                (void)die_of_crash(signal, info, context, false);
                return;
        }
        tell(signal, info, context, true);
        atomic_store(&owner_page()->leaving, true);
        if (!die_of_crash(signal, info, context, crash_now.by_abort))
                leave_nothing();
}

void crash_report(int signal, siginfo_t *info, void *context)
{
        if (!claim(context))
                return;
        tell(signal, info, context, false);
        leave_nothing();
}
