/* A crash in a process whose signals are Go's. */
#include "insignal/go.h"

#include <stdatomic.h>
#include <ucontext.h>

#include "insignal/crash.h"
#include "insignal/die.h"
#include "memory.h"

/* The fault that was handed to Go last. One is enough: Go ends the process, and a second thread takes the place over. */
static struct {
        _Atomic int tid;
        siginfo_t info;
        mcontext_t registers;
        signal_set mask;
} handed;

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
        die_of(signal, &handed.info);
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
        hand_to_go(signal, info, context);
}
