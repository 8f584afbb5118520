/* sigprocmask(2), pthread_sigmask(3) and the BSD forms: a blocked fault would kill without a report. */
#include <errno.h>
#include <stdatomic.h>

#include "errno_edge.h"
#include "insignal/guard.h"
#include "insignal/owner.h"
#include "judge.h"
#include "masks.h"
#include "next.h"
#include "start.h"

/* The six faults as six bits, so that they fit into the low bits of a thread pointer, which are zero. */
static const uint8_t fault_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};
#define FAULT_BITS 63u

#define THREADS 1024
#define STEPS 16
static _Atomic uintptr_t threads[THREADS]; /* thread pointer | bits; without bits the place is free */
static _Atomic int in_use;

static unsigned bits_of(signal_set set)
{
        unsigned bits = 0;

        for (unsigned i = 0; i < sizeof(fault_signals); i++)
                if (set & set_of(fault_signals[i]))
                        bits |= 1u << i;
        return bits;
}

static signal_set set_of_bits(uintptr_t bits)
{
        signal_set set = 0;

        for (unsigned i = 0; i < sizeof(fault_signals); i++)
                if (bits & 1u << i)
                        set |= set_of(fault_signals[i]);
        return set;
}

static uintptr_t own_pointer(void)
{
        return (uintptr_t)__builtin_thread_pointer() & ~(uintptr_t)FAULT_BITS;
}

static unsigned place(uintptr_t pointer, unsigned step)
{
        return (unsigned)((pointer >> 6) * 0x9e3779b1u + step) % THREADS;
}

signal_set masks_hidden(void)
{
        uintptr_t own, word;

        if (atomic_load_explicit(&in_use, memory_order_relaxed) <= 0)
                return 0;
        own = own_pointer();
        for (unsigned step = 0; step < STEPS; step++) {
                word = atomic_load_explicit(&threads[place(own, step)], memory_order_relaxed);
                if ((word & ~(uintptr_t)FAULT_BITS) == own && word & FAULT_BITS)
                        return set_of_bits(word & FAULT_BITS);
        }
        return 0;
}

void masks_hide(signal_set faults)
{
        unsigned bits = bits_of(faults);
        uintptr_t own, word;

        if (!bits && atomic_load_explicit(&in_use, memory_order_relaxed) <= 0)
                return;
        if (!owner_is_self())
                return; /* a vfork child has a mask of its own but its parent's memory and thread pointer */
        own = own_pointer();
        for (unsigned step = 0; step < STEPS; step++) {
                _Atomic uintptr_t *at = &threads[place(own, step)];

                word = atomic_load_explicit(at, memory_order_relaxed);
                if ((word & ~(uintptr_t)FAULT_BITS) != own || !(word & FAULT_BITS))
                        continue;
                atomic_store_explicit(at, bits ? own | bits : 0, memory_order_relaxed);
                if (!bits)
                        atomic_fetch_sub(&in_use, 1);
                return;
        }
        for (unsigned step = 0; bits && step < STEPS; step++) {
                _Atomic uintptr_t *at = &threads[place(own, step)];

                word = 0;
                if (atomic_compare_exchange_strong(at, &word, own | bits)) {
                        atomic_fetch_add(&in_use, 1);
                        return;
                }
        }
}

/* What the program believes after a change, as sigprocmask(2) defines how. */
static signal_set believed(int how, signal_set hidden, signal_set set)
{
        if (how == SIG_BLOCK)
                return hidden | (set & guard.faults);
        if (how == SIG_UNBLOCK)
                return hidden & ~set;
        return set & guard.faults;
}

/*
 * What the kernel may take of a set. An unblocked fault is taken: within the handler of a fault the kernel blocks it, and
 * a handler that means to survive the next one unblocks it (HotSpot's error report reads memory that may not be there).
 */
static signal_set passed(int how, signal_set set)
{
        return how == SIG_UNBLOCK ? set : set & ~guard.faults;
}

int masks_change(int how, const signal_set *set, signal_set *old)
{
        /* libc's own signals for cancellation, set-id and timers must stay open (nptl(7)); musl has a third one */
        const signal_set never = set_of(32) | set_of(33) | set_of(34);
        signal_set hidden = masks_hidden();
        signal_set reduced = set ? passed(how, *set & ~never) : 0;
        long failed = sys_sigprocmask(how, set ? &reduced : NULL, old);

        if (failed < 0)
                return errno_fail(failed);
        if (old)
                *old |= hidden;
        if (set)
                masks_hide(believed(how, hidden, *set));
        return 0;
}

/* One change through the next function; answers what that answers. */
static int change(int (*next)(int, const sigset_t *, sigset_t *), int how, const sigset_t *set, sigset_t *old)
{
        signal_set hidden = masks_hidden();
        signal_set wanted = set ? *(const signal_set *)set : 0;
        sigset_t reduced;
        int result;

        if (!hidden && !(wanted & guard.faults))
                return next(how, set, old);
        if (set) {
                reduced = *set;
                *(signal_set *)&reduced = passed(how, wanted);
        }
        result = next(how, set ? &reduced : NULL, old);
        if (result != 0)
                return result;
        if (old)
                *(signal_set *)old |= hidden;
        if (set)
                masks_hide(believed(how, hidden, wanted));
        return 0;
}

static int raw_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
        long failed = sys_sigprocmask(how, (const signal_set *)set, (signal_set *)old);

        return failed < 0 ? errno_fail(failed) : 0;
}

static int raw_sigmask(int how, const sigset_t *set, sigset_t *old)
{
        return (int)-sys_sigprocmask(how, (const signal_set *)set, (signal_set *)old);
}

HOOK int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
        next_sigprocmask_type next = next_sigprocmask_find();

        start_guard();
        return change(next ? next : raw_sigprocmask, how, set, old);
}

HOOK int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
        next_pthread_sigmask_type next = next_pthread_sigmask_find();

        start_guard();
        return change(next ? next : raw_sigmask, how, set, old);
}

/* The BSD forms know the first 32 signals only and answer the old mask (sigvec(3)). */
static int change_bsd(int how, int mask)
{
        signal_set set = (uint32_t)mask, old = 0;

        start_guard();
        return masks_change(how, &set, &old) < 0 ? -1 : (int)old;
}

HOOK int sigblock(int mask)
{
        return change_bsd(SIG_BLOCK, mask);
}

HOOK int sigsetmask(int mask)
{
        return change_bsd(SIG_SETMASK, mask);
}
