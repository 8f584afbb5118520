/* Says in words what happened, where that is beyond doubt: one short function for each kind of crash. */
#define _GNU_SOURCE /* SIG*, asprintf */
#include "diagnose.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose_parts.h"
#include "escape.h"
#include "ledger.h"
#include "machine.h"
#include "memory.h"
#include "modules.h"
#include "symbols.h"

#define SECCOMP_TRAP 1 /* SYS_SECCOMP, asm-generic/siginfo.h */

static void diagnose_bus(struct report *report)
{
        const struct mapping *mapping = maps_find(fault_address(report));

        if (report->facts.code == BUS_ADRALN)
                report_diagnose(report, "misaligned address 0x%llx%s", (unsigned long long)fault_address(report),
                                at_crash(report));
        else if (report->facts.code == BUS_ADRERR && mapping && mapping->inode)
                report_diagnose(report,
                                "access behind the end of the mapped file %s, which has become shorter than its "
                                "mapping%s",
                                escape(mapping->name), at_crash(report));
        else if (report->facts.code == BUS_MCEERR_AR || report->facts.code == BUS_MCEERR_AO)
                report_diagnose(report, "the machine's memory failed at address 0x%llx",
                                (unsigned long long)fault_address(report));
}

static void diagnose_fpe(struct report *report)
{
        /* x86_64 raises the same exception for a quotient that does not fit (INT_MIN / -1). */
        if (report->facts.code == FPE_INTDIV)
                report_diagnose(report, "integer division by zero%s%s",
                                MACHINE_NUMBER == 62 ? ", or a quotient too large for its register" : "",
                                at_crash(report));
}

static void diagnose_ill(struct report *report)
{
        unsigned char code[4] = {0};
        uint64_t pc = report->facts.registers.r[MACHINE_PC];

        if (MACHINE_NUMBER == 62 && memory_copy(pc, code, 2) && code[0] == 0x0f && code[1] == 0x0b)
                report_diagnose(report,
                                "the program stopped itself with ud2 (a compiler's trap: unreachable code or a "
                                "failed check)%s",
                                at_crash(report));
        else
                (void)diagnose_jump(report);
}

static void diagnose_sys(struct report *report)
{
        int32_t number;

        if (report->facts.code != SECCOMP_TRAP)
                return;
        memcpy(&number, (const char *)report->facts.siginfo + 24, sizeof(number)); /* behind si_call_addr */
        report_diagnose(report, "system call number %d is forbidden by a seccomp filter%s", number, at_crash(report));
}

/* What glibc's assert() or a failed heap check had to say: struct { unsigned int size; char text[]; } *__abort_msg. */
static void diagnose_abort(struct report *report)
{
        char text[1024];
        uint64_t variable, message = 0;

        for (struct module *module = modules_first(); module; module = module->next) {
                if (!module->has_frame || !(variable = symbols_data(module, "__abort_msg")))
                        continue;
                if (!memory_word(variable, &message) || !message)
                        continue;
                size_t got = memory_read(message + 4, text, sizeof(text) - 1);

                text[got] = 0;
                text[strcspn(text, "\n")] = 0;
                if (text[0])
                        report_diagnose(report, "the program aborted itself: %s", escape(text));
                return;
        }
}

static void diagnose_sender(struct report *report)
{
        const struct sender_facts *sender = &report->facts.sender;
        int32_t pid; /* si_pid */

        memcpy(&pid, &report->facts.siginfo[2], sizeof(pid));
        if (report->facts.code > 0 || pid <= 0)
                return;
        if (pid == report->facts.pid && (report->facts.signal == SIGABRT || diagnose_raised_again(report)))
                return; /* abort() does just that */
        if (pid == report->facts.pid)
                report_diagnose(report, "sent by the process to itself");
        else
                report_diagnose(report, "sent by %s", ledger_sender(sender));
}

void diagnose(struct report *report)
{
        static const struct {
                int signal;
                void (*say)(struct report *report);
        } table[] = {
                {SIGSEGV, diagnose_segv}, {SIGBUS, diagnose_bus}, {SIGFPE, diagnose_fpe},
                {SIGILL, diagnose_ill},   {SIGSYS, diagnose_sys},
        };

        if (report->facts.signal == SIGABRT)
                diagnose_abort(report);
        diagnose_cxx(report);
        diagnose_handler(report);
        if (report->facts.code <= 0) {
                diagnose_sender(report);
                return;
        }
        for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
                if (table[i].signal == report->facts.signal)
                        table[i].say(report);
}
