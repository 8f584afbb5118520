/* Gathers the other threads of a crashed or a living process, and groups those with equal stacks. */
#include <stdlib.h>
#include <string.h>

#include "live.h"
#include "machine.h"
#include "memory.h"
#include "peer.h"
#include "report.h"

#define MOST_THREADS 256 /* that a crash handler stops */
#define MOST_LIVE 65536

static bool equal_stacks(const struct stack *a, const struct stack *b)
{
        if (!a->count || a->count != b->count)
                return false;
        for (size_t i = 0; i < a->count; i++)
                if (a->frames[i].pc != b->frames[i].pc)
                        return false;
        return true;
}

static void group_threads(struct report *report)
{
        for (size_t i = 0; i < report->thread_count; i++) {
                size_t first = 0;

                while (first < i && (report->threads[first].same_as != first ||
                                     !equal_stacks(&report->threads[first].stack, &report->threads[i].stack)))
                        first++;
                report->threads[i].same_as = first;
        }
}

/* Registers and stacks come for several threads at once. */
static struct {
        _Alignas(uint64_t) char bytes[PROTOCOL_PAYLOAD];
        size_t size, at;
} stacks;

/* The registers of the thread with this index, whose stack is known then; null if there are none. */
static const struct registers *next_stack(size_t index, int tid)
{
        static struct thread_stack stack;

        if (stacks.at == stacks.size) {
                long got = peer_ask(ASK_STACKS, index, 0, stacks.bytes, sizeof(stacks.bytes));

                stacks.at = 0;
                stacks.size = got > 0 && (size_t)got <= sizeof(stacks.bytes) ? (size_t)got : 0;
        }
        if (stacks.size - stacks.at < sizeof(stack))
                return NULL;
        memcpy(&stack, stacks.bytes + stacks.at, sizeof(stack));
        stacks.at += sizeof(stack);
        if (stack.length > stacks.size - stacks.at)
                return NULL;
        memory_offer(stack.registers.r[MACHINE_SP], stacks.bytes + stacks.at, stack.length);
        stacks.at += stack.length;
        return stack.tid == tid ? &stack.registers : NULL;
}

static void gather_one(struct report *report, const struct thread_facts *facts, uint64_t until_ns)
{
        const struct registers *registers = next_stack(report->thread_count, facts->tid);
        struct thread *thread = &report->threads[report->thread_count++];

        thread->facts = *facts;
        thread->facts.name[sizeof(facts->name) - 1] = 0;
        thread->facts.doing[sizeof(facts->doing) - 1] = 0;
        if (!facts->answered || !registers)
                return;
        report_unwind(&thread->stack, registers, until_ns);
}

void report_gather_threads(struct report *report)
{
        struct thread_facts part[MOST_THREADS];
        uint64_t until_ns = report_from_now(report, 30);
        size_t most = live_pid() ? MOST_LIVE : MOST_THREADS;
        long got;

        report->threads = calloc(most, sizeof(*report->threads));
        if (!report->threads)
                return;
        while (report->thread_count < most &&
               (got = peer_ask(ASK_THREADS, report->thread_count, 0, part, sizeof(part))) >= (long)sizeof(part[0])) {
                size_t count = (size_t)got / sizeof(part[0]);

                for (size_t i = 0; i < count && i < MOST_THREADS && report->thread_count < most; i++)
                        gather_one(report, &part[i], until_ns);
        }
        group_threads(report);
}
