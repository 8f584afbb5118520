/* Segmentation faults: wild jumps, stack overflows, addresses that cannot exist, null pointers. */
#include <stdio.h>
#include <string.h>

#include "diagnose_parts.h"
#include "escape.h"
#include "machine.h"
#include "modules.h"
#include "names.h"

#define NULL_PAGES 65536u
#define GENERAL_PROTECTION 128 /* SI_KERNEL */
#define FARTHEST_PROBE (1u << 20)
#define NEAR_SP 4096u /* a call or a red zone below it */

bool diagnose_jump(struct report *report)
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
static const struct mapping *overflowed_stack(const struct report *report, size_t first, uint64_t address)
{
        uint64_t sp = report->crashed.frames[first].sp;
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
        for (size_t i = first; i < report->crashed.count; i++)
                if (report->crashed.frames[i].sp >= stack->start && report->crashed.frames[i].sp < stack->end)
                        return stack;
        return NULL;
}

static const char *whose(const struct report *report)
{
        return report->facts.tid == report->facts.pid ? "the main thread" : "thread";
}

/* The stack ends within a function's variables, and the fault is there: whoever needs so much does not come near its end. */
static bool diagnose_large_frame(struct report *report, size_t first, uint64_t address)
{
        const struct frame *large = &report->crashed.frames[first];
        const struct mapping *at = maps_find(address), *stack;

        if (first + 1 >= report->crashed.count || large[1].found_by != FOUND_TABLES)
                return false;
        stack = maps_find(large[1].sp);
        if ((at && (at->readable || at->writable)) || !stack || !stack->writable || address >= stack->start ||
            address + NEAR_SP < large->sp)
                return false;
        report_diagnose(report,
                        "stack overflow of %s \"%s\": it has no room for the %llu KiB of a function's variables%s",
                        whose(report), escape(report->facts.thread),
                        (unsigned long long)((large[1].sp - large->sp) >> 10), at_frame(large));
        return true;
}

bool diagnose_overflow(struct report *report, size_t first, uint64_t address)
{
        const struct mapping *stack = first < report->crashed.count ? overflowed_stack(report, first, address) : NULL;
        struct fold fold = report_fold(&report->crashed, first);
        const struct place *place;

        if (!stack)
                return diagnose_large_frame(report, first, address);
        report_diagnose(report, "stack overflow of %s \"%s\": its %llu KiB are used up%s", whose(report),
                        escape(report->facts.thread), (unsigned long long)((stack->end - stack->start) >> 10),
                        at_frame(&report->crashed.frames[first]));
        if (!fold.times)
                return true;
        place = report->crashed.frames[fold.start].place;
        if (fold.period == 1)
                report_diagnose(report, "endless recursion: %.400s calls itself, %zu times",
                                place && place->symbol ? names_brief(place->symbol) : "the same function", fold.times);
        else
                report_diagnose(
                        report, "endless recursion: the same %zu functions from %.400s on, %zu times", fold.period,
                        place && place->symbol ? names_brief(place->symbol) : "the first repeated one", fold.times);
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
        report_diagnose(report,
                        used ? "an address that cannot exist (not canonical); it may be%s%s"
                             : "a general protection fault: a privileged or misaligned access%s%s",
                        list, at_crash(report));
        return true;
}

static void diagnose_access(struct report *report)
{
        uint64_t address = fault_address(report);
        const struct mapping *mapping = maps_find(address);

        if (!machine_is_canonical(address)) {
                /* aarch64: x86_64 knows no address then */
                report_diagnose(report, "an address that no pointer can have%s", at_crash(report));
        } else if (address < NULL_PAGES) {
                if (address)
                        report_diagnose(report, "likely a null pointer plus %llu%s", (unsigned long long)address,
                                        at_crash(report));
                else
                        report_diagnose(report, "a null pointer%s", at_crash(report));
        } else if (mapping && !mapping->writable && mapping->readable && report->facts.access == ACCESS_WRITE) {
                report_diagnose(report, "write to read-only memory (%s)%s", mapping_name(mapping), at_crash(report));
        }
}

void diagnose_segv(struct report *report)
{
        if (diagnose_general_protection(report) || diagnose_jump(report) ||
            diagnose_overflow(report, 0, fault_address(report)))
                return;
        diagnose_access(report);
}
