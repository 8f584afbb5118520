/* The System V family: sigset sighold sigrelse sigignore (sigset(3)). */
#include <errno.h>

#include "errno_edge.h"
#include "insignal/disposition.h"
#include "judge.h"
#include "masks.h"
#include "next.h"
#include "sys.h"

#ifndef SIG_HOLD
#define SIG_HOLD ((signal_handler)2)
#endif

static signal_handler change(struct caller caller, int signal, signal_handler handler)
{
        const signal_set set = set_of(signal);
        struct sigaction action = {.sa_flags = 0}, old;
        signal_set before;

        if (handler == SIG_HOLD) {
                if (masks_change(SIG_BLOCK, &set, &before) < 0 || judge_change(caller, signal, NULL, &old) != 0)
                        return SIG_ERR;
                return before & set ? SIG_HOLD : old.sa_handler;
        }
        action.sa_handler = handler;
        if (judge_change(caller, signal, &action, &old) != 0 || masks_change(SIG_UNBLOCK, &set, &before) < 0)
                return SIG_ERR;
        return before & set ? SIG_HOLD : old.sa_handler;
}

HOOK signal_handler sigset(int signal, signal_handler handler)
{
        next_sigset_type next;

        if (judge_decides(signal))
                return change(CALLER("sigset"), signal, handler);
        if (handler != SIG_HOLD)
                disposition_hide(signal, 0);
        next = next_sigset_find();
        if (next)
                return next(signal, handler);
        (void)errno_fail(-ENOSYS);
        return SIG_ERR;
}

HOOK int sighold(int signal)
{
        next_sighold_type next;

        if (judge_decides(signal))
                return masks_change(SIG_BLOCK, &(signal_set){set_of(signal)}, NULL);
        next = next_sighold_find();
        return next ? next(signal) : errno_fail(-ENOSYS);
}

HOOK int sigrelse(int signal)
{
        next_sigrelse_type next;

        if (judge_decides(signal))
                return masks_change(SIG_UNBLOCK, &(signal_set){set_of(signal)}, NULL);
        next = next_sigrelse_find();
        return next ? next(signal) : errno_fail(-ENOSYS);
}

HOOK int sigignore(int signal)
{
        struct sigaction action = {.sa_flags = 0};
        next_sigignore_type next;

        if (judge_decides(signal)) {
                action.sa_handler = SIG_IGN;
                return judge_change(CALLER("sigignore"), signal, &action, NULL);
        }
        next = next_sigignore_find();
        return next ? next(signal) : errno_fail(-ENOSYS);
}
