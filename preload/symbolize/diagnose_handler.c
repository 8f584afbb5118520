/* Programs that end themselves in a handler of their own: which signal it was for, and what had really happened. */
#define _GNU_SOURCE /* SIG* */
#include <signal.h>

#include "diagnose_parts.h"
#include "machine.h"
#include "memory.h"

#define LAST_SIGNAL 64

void diagnose_handler(struct report *report)
{
        const struct stack *stack = &report->crashed;
        struct {
                int32_t signal, error, code, padding;
                uint64_t address;
        } info = {0};
        size_t at = 0;

        while (at < stack->count && !stack->frames[at].trampoline)
                at++;
        if (at + 1 >= stack->count)
                return;
        /* without SA_SIGINFO the kernel writes none there (arch/x86/kernel/signal_64.c) */
        bool known = memory_copy(machine_signal_info(stack->frames[at].sp), &info, sizeof(info)) && info.signal >= 1 &&
                     info.signal <= LAST_SIGNAL;
        bool fault = known && info.code > 0 && (info.signal == SIGSEGV || info.signal == SIGBUS);
        const char *where = at_frame(&stack->frames[at + 1]);

        report_diagnose(report, "this happened in %s%s",
                        known ? "the program's own handler of " : "a signal handler of the program",
                        known ? report_signal_name(info.signal) : "");
        if (fault && !diagnose_overflow(report, at + 1, info.address))
                report_diagnose(report, "the handler was called for an access to address 0x%llx%s",
                                (unsigned long long)info.address, where);
        else if (!fault && *where)
                report_diagnose(report, "the handler was called%s", where + 1); /* "; at ..." */
}

/*
 * A signal that a thread sends itself is delivered at the end of the system call, unless the thread is in a handler of the
 * same signal: then it comes at the return to the instruction that has failed (Node, and many crash handlers).
 */
bool diagnose_raised_again(struct report *report)
{
        static const char *const what[] = {"", "a read of", "a write to", "an execution of"};
        const struct crash_facts *facts = &report->facts;

        if ((facts->signal != SIGSEGV && facts->signal != SIGBUS) || facts->access == ACCESS_UNKNOWN ||
            facts->access > ACCESS_EXECUTE || machine_follows_system_call(facts->registers.r[MACHINE_PC]))
                return false;
        report_diagnose(report, "a handler of the program raised it again; the fault was %s address 0x%llx%s",
                        what[facts->access], (unsigned long long)facts->last_fault, at_crash(report));
        return true;
}
