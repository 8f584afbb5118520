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
        } info;
        size_t at = 0;

        while (at < stack->count && !stack->frames[at].trampoline)
                at++;
        if (at + 1 >= stack->count || !memory_copy(machine_signal_info(stack->frames[at].sp), &info, sizeof(info)) ||
            info.signal < 1 || info.signal > LAST_SIGNAL)
                return;
        bool fault = info.code > 0 && (info.signal == SIGSEGV || info.signal == SIGBUS);

        report_diagnose(report, "this happened in the program's own handler of %s", report_signal_name(info.signal));
        if (fault && !diagnose_overflow(report, at + 1, info.address))
                report_diagnose(report, "the handler was called for an access to address 0x%llx%s",
                                (unsigned long long)info.address, at_frame(&stack->frames[at + 1]));
}
