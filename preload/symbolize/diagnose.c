/* Says in words what happened, where that is beyond doubt: one short function for each kind of crash. */
#define _GNU_SOURCE /* SIG*, asprintf */
#include "diagnose.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "machine.h"
#include "maps.h"
#include "memory.h"
#include "modules.h"
#include "names.h"
#include "symbols.h"

#define NULL_PAGES 65536u
#define GENERAL_PROTECTION 128 /* SI_KERNEL */
#define SECCOMP_TRAP 1          /* SYS_SECCOMP, asm-generic/siginfo.h */
#define FARTHEST_PROBE (1u << 20)

static uint64_t fault_address(const struct report *report)
{
        return report->facts.siginfo[2]; /* si_addr: behind signo, errno, code and padding */
}

/* "; at parse_header+0x9 in /usr/bin/service+0x1139", or "" if the first frame lies nowhere. */
static const char *at_frame(const struct frame *frame)
{
        static char text[2048];
        const struct place *place = frame->place;
        size_t used = 0;

        text[0] = 0;
        if (!place || !place->image)
                return text;
        used += (size_t)snprintf(text, 1024, "; at ");
        if (place->symbol)
                used += (size_t)snprintf(text + used, 512, "%.400s+0x%llx in ", names_brief(place->symbol),
                                         (unsigned long long)(place->address - place->symbol_start));
        snprintf(text + used, sizeof(text) - used, "%.1000s+0x%llx", escape(place->image->path),
                 (unsigned long long)place->address);
        return text;
}

static const char *at_crash(const struct report *report)
{
        return report->crashed.count ? at_frame(&report->crashed.frames[0]) : "";
}

/* "the heap", "/lib/libc.so.6", "anonymous memory". */
static const char *mapping_name(const struct mapping *mapping)
{
        if (!strcmp(mapping->name, "[heap]"))
                return "the heap";
        if (!strcmp(mapping->name, "[stack]"))
                return "the stack of the main thread";
        return mapping->name[0] ? escape(mapping->name) : "anonymous memory";
}

static bool diagnose_jump(struct report *report)
{
        uint64_t pc = report->facts.registers.r[MACHINE_PC];
        const struct mapping *mapping = maps_find(pc);
        const char *caller = report->crashed.count > 1 ? at_frame(&report->crashed.frames[1]) : "";

        if (mapping ? mapping->executable : modules_executable(pc))
                return false;
        if (!mapping && !maps_count() && pc >= NULL_PAGES)
                return false;
        if (caller[0])
                caller += strlen("; at ");
        const char *from = caller[0] ? "; called from " : "";

        if (pc < NULL_PAGES && pc)
                report_diagnose(report, "jump to a null pointer plus %llu%s%s", (unsigned long long)pc, from, caller);
        else if (!pc)
                report_diagnose(report, "jump to a null pointer%s%s", from, caller);
        else if (mapping)
                report_diagnose(report, "execution of memory that holds no code (%s)%s%s", mapping_name(mapping), from,
                                caller);
        else
                report_diagnose(report, "jump to address 0x%llx, where nothing is mapped%s%s", (unsigned long long)pc,
                                from, caller);
        return true;
}

/* The fault is at the low end of the mapping that the frames lie in, in a guard or a hole below it. */
static const struct mapping *overflowed_stack(const struct report *report)
{
        uint64_t address = fault_address(report), sp = report->facts.registers.r[MACHINE_SP];
        const struct mapping *at = maps_find(address), *stack;

        if (at && (at->readable || at->writable))
                return NULL;
        stack = at ? maps_find(at->end) : maps_above(address);
        if (!stack || !stack->writable || stack->start - address > FARTHEST_PROBE)
                return NULL;
        if (sp >= stack->end || (sp < stack->start && stack->start - sp > FARTHEST_PROBE))
                return NULL;
        /* The access is near the stack pointer, or the pointer itself is out already. */
        if (address + FARTHEST_PROBE < sp || (sp >= stack->start && sp - stack->start > FARTHEST_PROBE))
                return NULL;
        for (size_t i = 0; i < report->crashed.count; i++)
                if (report->crashed.frames[i].sp >= stack->start && report->crashed.frames[i].sp < stack->end)
                        return stack;
        return NULL;
}

static bool diagnose_overflow(struct report *report)
{
        const struct mapping *stack = overflowed_stack(report);
        struct fold fold = report_fold(&report->crashed, 0);
        const struct place *place;

        if (!stack)
                return false;
        report_diagnose(report, "stack overflow of %s \"%s\": its %llu KiB are used up%s",
                        report->facts.tid == report->facts.pid ? "the main thread" : "thread",
                        escape(report->facts.thread), (unsigned long long)((stack->end - stack->start) >> 10),
                        at_crash(report));
        if (!fold.times)
                return true;
        place = report->crashed.frames[fold.start].place;
        if (fold.period == 1)
                report_diagnose(report, "endless recursion: %.400s calls itself, %zu times",
                                place && place->symbol ? names_brief(place->symbol) : "the same function", fold.times);
        else
                report_diagnose(report, "endless recursion: the same %zu functions from %.400s on, %zu times",
                                fold.period, place && place->symbol ? names_brief(place->symbol) : "the first repeated one",
                                fold.times);
        return true;
}

/* On a general protection fault the kernel does not know the address; registers that cannot hold one are shown. */
static bool diagnose_general_protection(struct report *report)
{
        char list[256] = "";
        size_t used = 0;

        if (report->facts.code != GENERAL_PROTECTION || MACHINE_NUMBER != 62 /* EM_X86_64 */)
                return false;
        for (unsigned int i = 0; i < MACHINE_PC && used < sizeof(list) - 40; i++) {
                uint64_t value = report->facts.registers.r[i];

                /* Small negative numbers are results of calls, not addresses. */
                if (!machine_is_canonical(value) && value < UINT64_MAX - 65536)
                        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s %s 0x%llx", used ? "," : "",
                                                 machine_register_name(i), (unsigned long long)value);
        }
        report_diagnose(report, used ? "an address that cannot exist (not canonical); it may be%s%s"
                                     : "a general protection fault: a privileged or misaligned access%s%s",
                        list, at_crash(report));
        return true;
}

static void diagnose_access(struct report *report)
{
        uint64_t address = fault_address(report);
        const struct mapping *mapping = maps_find(address);

        if (address < NULL_PAGES) {
                if (address)
                        report_diagnose(report, "likely a null pointer plus %llu%s", (unsigned long long)address,
                                        at_crash(report));
                else
                        report_diagnose(report, "a null pointer%s", at_crash(report));
        } else if (mapping && !mapping->writable && mapping->readable && report->facts.access == ACCESS_WRITE) {
                report_diagnose(report, "write to read-only memory (%s)%s", mapping_name(mapping), at_crash(report));
        }
}

static void diagnose_segv(struct report *report)
{
        if (diagnose_general_protection(report) || diagnose_jump(report) || diagnose_overflow(report))
                return;
        diagnose_access(report);
}

static void diagnose_bus(struct report *report)
{
        const struct mapping *mapping = maps_find(fault_address(report));

        if (report->facts.code == BUS_ADRALN)
                report_diagnose(report, "misaligned address 0x%llx%s", (unsigned long long)fault_address(report),
                                at_crash(report));
        else if (report->facts.code == BUS_ADRERR && mapping && mapping->inode)
                report_diagnose(report, "access behind the end of the mapped file %s, which has become shorter than its "
                                "mapping%s", escape(mapping->name), at_crash(report));
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
        unsigned char code[4] = { 0 };
        uint64_t pc = report->facts.registers.r[MACHINE_PC];

        if (MACHINE_NUMBER == 62 && memory_copy(pc, code, 2) && code[0] == 0x0f && code[1] == 0x0b)
                report_diagnose(report, "the program stopped itself with ud2 (a compiler's trap: unreachable code or a "
                                "failed check)%s", at_crash(report));
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
        int32_t sender[2]; /* si_pid, si_uid */

        memcpy(sender, &report->facts.siginfo[2], sizeof(sender));
        if (report->facts.code > 0 || sender[0] <= 0)
                return;
        if (sender[0] == report->facts.pid && report->facts.signal == SIGABRT)
                return; /* abort() does just that */
        if (sender[0] == report->facts.pid)
                report_diagnose(report, "sent by the process to itself");
        else
                report_diagnose(report, "sent by pid %d%s%s%s, uid %d", sender[0], report->facts.sender[0] ? " (" : "",
                                escape(report->facts.sender), report->facts.sender[0] ? ")" : "", sender[1]);
}

void diagnose(struct report *report)
{
        static const struct {
                int signal;
                void (*say)(struct report *report);
        } table[] = {
                { SIGSEGV, diagnose_segv }, { SIGBUS, diagnose_bus }, { SIGFPE, diagnose_fpe },
                { SIGILL, diagnose_ill },   { SIGSYS, diagnose_sys },
        };

        if (report->facts.signal == SIGABRT)
                diagnose_abort(report);
        if (report->facts.code <= 0) {
                diagnose_sender(report);
                return;
        }
        for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
                if (table[i].signal == report->facts.signal)
                        table[i].say(report);
}
