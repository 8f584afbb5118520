/* signal(2) and its BSD and System V forms: libc's own do not pass through a hooked sigaction. */
#include <errno.h>
#include <stdatomic.h>

#include "errno_edge.h"
#include "insignal/disposition.h"
#include "insignal/modules.h"
#include "judge.h"
#include "next.h"
#include "sys.h"

/* Signals for which siginterrupt(3) asked that calls are interrupted; libc has such a set of its own for the others. */
static _Atomic uint64_t interrupting;

/* The old handler, or SIG_ERR with errno set. */
static signal_handler change(struct caller caller, int signal, signal_handler handler, int flags, signal_set mask)
{
        struct sigaction action = {.sa_flags = flags}, old;

        if (handler == SIG_ERR) {
                (void)errno_fail(-EINVAL);
                return SIG_ERR;
        }
        action.sa_handler = handler;
        *(signal_set *)&action.sa_mask = mask;
        return judge_change(caller, signal, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

/*
 * BSD semantics: the signal is blocked in its handler, calls are restarted (signal(2)). In musl all forms are one, the
 * mask stays empty, since the kernel blocks the signal anyway, and siginterrupt() is forgotten.
 */
static signal_handler change_bsd(struct caller caller, int signal, signal_handler handler)
{
        bool interrupts = atomic_load(&interrupting) & set_of(signal);

        if (!modules_is_glibc())
                return change(caller, signal, handler, SA_RESTART, 0);
        return change(caller, signal, handler, interrupts ? 0 : SA_RESTART, set_of(signal));
}

/* System V semantics: one delivery, nothing blocked, calls interrupted. 0x20000000 is SA_INTERRUPT, as glibc has it. */
static signal_handler change_sysv(struct caller caller, int signal, signal_handler handler)
{
        if (!modules_is_glibc())
                return change_bsd(caller, signal, handler);
        return change(caller, signal, handler, (int)(SA_RESETHAND | SA_NODEFER | 0x20000000u), 0);
}

static signal_handler missing(void)
{
        (void)errno_fail(-ENOSYS);
        return SIG_ERR;
}

#define SIGNAL_HOOK(name, form)                                                                                        \
        HOOK signal_handler name(int signal, signal_handler handler)                                                   \
        {                                                                                                              \
                next_##name##_type next;                                                                               \
                                                                                                                       \
                if (judge_decides(signal))                                                                             \
                        return form(CALLER(#name), signal, handler);                                                   \
                disposition_hide(signal, 0);                                                                           \
                next = next_##name##_find();                                                                           \
                return next ? next(signal, handler) : missing();                                                       \
        }

SIGNAL_HOOK(signal, change_bsd)
SIGNAL_HOOK(bsd_signal, change_bsd)
SIGNAL_HOOK(ssignal, change_bsd)
SIGNAL_HOOK(sysv_signal, change_sysv)
SIGNAL_HOOK(__sysv_signal, change_sysv)

/* siginterrupt(3): whether a handler set by signal() interrupts system calls, from now on and at once. */
HOOK int siginterrupt(int signal, int interrupts)
{
        next_siginterrupt_type next;
        struct sigaction action;

        if (!judge_decides(signal)) {
                next = next_siginterrupt_find();
                return next ? next(signal, interrupts) : errno_fail(-ENOSYS);
        }
        if (judge_change(CALLER("siginterrupt"), signal, NULL, &action) != 0)
                return -1;
        if (interrupts)
                atomic_fetch_or(&interrupting, set_of(signal));
        else
                atomic_fetch_and(&interrupting, ~set_of(signal));
        action.sa_flags = interrupts ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
        if (judge_reads_back(signal, &action))
                return 0;
        return judge_change(CALLER("siginterrupt"), signal, &action, NULL);
}
