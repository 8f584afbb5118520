/* Gives a signal back to the kernel. */
#include "insignal/die.h"

#include <ucontext.h>

#include "insignal/disposition.h"
#include "insignal/owner.h"

static void make_default(int signal)
{
        const struct kernel_action real = {.handler = (void *)SIG_DFL};
        struct disposition state = disposition_read(signal);

        (void)sys_sigaction(signal, &real, NULL); /* cannot fail for a signal that was delivered */
        if (!owner_is_self())
                return; /* a vfork child: the tables are its parent's */
        state.kernel = KERNEL_DEFAULT;
        state.wrapped = false;
        disposition_write(signal, &state);
}

/*
 * The kernel lets a process queue itself any siginfo (rt_tgsigqueueinfo(2)). Everything is blocked, the faults too: the
 * signal must be delivered by the return from the handler, so that the core shows the interrupted place and not us.
 */
static void queue_again(int signal, siginfo_t *info)
{
        const signal_set all = ~(signal_set)0;

        (void)sys_sigprocmask(SIG_SETMASK, &all, NULL); /* cannot fail; the return brings the interrupted mask back */
        (void)sys(__NR_rt_tgsigqueueinfo, sys_getpid(), sys_gettid(), signal, info); /* the watcher looks after it */
}

/* It may be blocked again behind the handler, where it was open for one call only (sigsuspend(2), ppoll(2)). */
static void queue_for_return(int signal, siginfo_t *info, ucontext_t *context)
{
        signal_set *mask = (signal_set *)&context->uc_sigmask;

        *mask &= ~set_of(signal);
        queue_again(signal, info);
}

void die_of(int signal, siginfo_t *info, void *context)
{
        make_default(signal);
        queue_for_return(signal, info, context);
}

void die_not_but_stop(int signal, siginfo_t *info)
{
        const struct kernel_action real = {.handler = (void *)SIG_DFL};
        const signal_set set = set_of(signal);
        struct kernel_action ours;

        (void)sys_sigaction(signal, &real, &ours);
        queue_again(signal, info);
        (void)sys_sigprocmask(SIG_UNBLOCK, &set, NULL); /* the process stops in this call */
        (void)sys_sigprocmask(SIG_BLOCK, &set, NULL);
        (void)sys_sigaction(signal, &ours, NULL);
}

#ifndef SEGV_MTEAERR
#define SEGV_MTEAERR 8
#endif

/* The kernel tells of some memory errors later, at an instruction that has nothing to do with them (sigaction(2)). */
static bool comes_late(int signal, int code)
{
        return (signal == SIGBUS && code == BUS_MCEERR_AO) || (signal == SIGSEGV && code == SEGV_MTEAERR);
}

static bool repeats_itself(int signal, const siginfo_t *info)
{
        return info->si_code > 0 && !comes_late(signal, info->si_code) &&
               (signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE);
}

bool die_is_possible(const siginfo_t *info, bool by_abort)
{
        return sys_getpid() != 1 || info->si_code > 0 || by_abort;
}

/* As many as the kernel queues at most where its limit is the usual one (RLIMIT_SIGPENDING); an end for a flood of them. */
#define MOST_FORGOTTEN 65536

void die_forget_others(void)
{
        const signal_set others = ~guard.faults;
        const struct timespec at_once = {0, 0};
        long taken = 0;

        /* a filter that knows nothing but the program's own calls is asked for this one only where it is needed */
        for (unsigned i = 0; i < MOST_FORGOTTEN && taken >= 0 && sys_pending() & others; i++)
                taken = sys(__NR_rt_sigtimedwait, &others, 0, &at_once, sizeof(others));
}

bool die_of_crash(int signal, siginfo_t *info, void *context, bool by_abort)
{
        if (!die_is_possible(info, by_abort))
                return false;
        make_default(signal);
        if (!repeats_itself(signal, info))
                queue_for_return(signal, info, context);
        /* where the kernel drops even that (pid 1), abort() goes on to a faulting instruction: that is no new crash */
        if (by_abort) {
                make_default(SIGSEGV); /* hlt, or a write to 0 */
                make_default(SIGTRAP); /* brk of aarch64's glibc */
        }
        return true;
}
