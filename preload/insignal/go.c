/* A crash in a process whose signals are Go's. */
#include "insignal/go.h"

#include <stdatomic.h>
#include <ucontext.h>

#include "insignal/crash.h"
#include "insignal/die.h"
#include "insignal/disposition.h"
#include "memory.h"

/* The fault that was handed to Go last. One is enough: Go ends the process, and a second thread takes the place over. */
static struct {
        _Atomic int tid;
        siginfo_t info;
        mcontext_t registers;
        signal_set mask;
} handed;

/*
 * With GOTRACEBACK=crash, which is the default of a Go library, Go raises SIGABRT once it has told of a fault. What we
 * hand it looks sent: then it first lets SIGQUIT go through all its threads (sighandler: raiseproc), which in a program
 * that is not Go's kills at once and with the wrong signal. From 1.20 on it does so for real faults, too, and is let.
 */
#define FIRST_WITH_RELAY 20

static _Atomic unsigned version;

void go_has_version(unsigned minor)
{
        atomic_store(&version, minor ? minor : 1);
}

/* The SIGABRT, in the thread that has faulted: it is the one that a core shows first. */
static void on_quit(int signal, siginfo_t *info, void *context)
{
        siginfo_t aborted = {.si_signo = SIGABRT, .si_code = SI_TKILL};

        aborted.si_pid = sys_getpid();
        aborted.si_uid = info->si_uid;
        if (info->si_pid != aborted.si_pid) {
                die_of(signal, info, context); /* somebody has no patience with what is dying anyway */
        } else if (sys_gettid() != atomic_load(&handed.tid)) {
                (void)sys(__NR_tgkill, aborted.si_pid, atomic_load(&handed.tid), signal);
        } else {
                die_of(SIGABRT, &aborted, context);
        }
}

/*
 * What Go has put over our handler. With several Go libraries the handlers forward to each other, and the one that was
 * first to ours. It alone decided without us: so it gets the signal, which one that came later would not forward any more.
 */
static struct kernel_action forwarding[GUARD_SIGNALS];

void go_forwards(int signal, const struct kernel_action *action)
{
        forwarding[signal] = *action;
}

static void prepare_go(int signal)
{
        struct kernel_action quit = disposition_guarded(SIGSEGV), go = forwarding[signal];

        if (!go.handler)
                return; /* another handler has gone between and forwards */
        if (atomic_load(&version) && atomic_load(&version) < FIRST_WITH_RELAY) {
                quit.handler = (void *)on_quit;
                quit.mask = ~(signal_set)0;
                (void)sys_sigaction(SIGQUIT, &quit, NULL); /* at worst it ends by SIGQUIT */
                go.mask &= ~set_of(SIGQUIT);
        }
        (void)sys_sigaction(signal, &go, NULL); /* at worst another Go gets it */
}

/*
 * Go does not forward what a user sent (sigfwdgo: sigFromUser) but takes it for its own fault: so the same signal is
 * queued once more as if from kill(2). It stays pending until Go's handler has returned.
 */
static void hand_to_go(int signal, const siginfo_t *info, const ucontext_t *context)
{
        siginfo_t sent = *info;

        handed.info = *info;
        handed.registers = context->uc_mcontext;
        memcpy(&handed.mask, &context->uc_sigmask, sizeof(handed.mask));
        atomic_store(&handed.tid, sys_gettid());
        sent.si_code = SI_USER;
        (void)sys(__NR_rt_tgsigqueueinfo, sys_getpid(), sys_gettid(), signal, &sent); /* else it faults again, for us */
}

/* Registers and mask of the fault, so that the kernel kills there; the floating point state stays where it is. */
static void die_where_it_was(int signal, ucontext_t *context)
{
        arch_copy_registers(&context->uc_mcontext, &handed.registers);
        memcpy(&context->uc_sigmask, &handed.mask, sizeof(handed.mask));
        die_of(signal, &handed.info, context);
}

bool go_gave_it_back(int signal)
{
        return atomic_load(&handed.tid) == sys_gettid() && handed.info.si_signo == signal;
}

void go_crash(int signal, siginfo_t *info, void *context)
{
        if (go_gave_it_back(signal)) {
                die_where_it_was(signal, context);
                return;
        }
        crash_report(signal, info, context);
        prepare_go(signal);
        hand_to_go(signal, info, context);
}
