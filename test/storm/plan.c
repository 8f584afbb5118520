/* What is random in a run: how it dies, when, with how many threads, and where its report goes. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "run.h"

static const int crash_signals[] = {STORM_SIGNALS};

static const struct storm_kind *pick_kind(uint64_t *random, const char *only)
{
        unsigned sum = 0, at;

        for (unsigned i = 0; i < storm_kind_count; i++)
                if (!only || !strcmp(only, storm_kinds[i].name))
                        sum += storm_kinds[i].weight;
        at = storm_pick(random, sum ? sum : 1);
        for (unsigned i = 0; i < storm_kind_count; i++) {
                if (only && strcmp(only, storm_kinds[i].name))
                        continue;
                if (at < storm_kinds[i].weight)
                        return &storm_kinds[i];
                at -= storm_kinds[i].weight;
        }
        return NULL;
}

void run_plan(struct run *run, unsigned number, uint64_t storm_seed, const struct run_setup *setup)
{
        char *text = run->text;
        uint64_t random = (storm_seed + number) * 0x9e3779b97f4a7c15ull | 1;

        for (int i = 0; i < 8; i++)
                (void)storm_random(&random); /* neighbouring seeds begin alike */
        memset(run, 0, sizeof(*run));
        run->text = text;
        run->number = number;
        run->seed = storm_random(&random) | 1;
        run->kind = pick_kind(&random, setup->only_kind);
        if (!run->kind)
                return;
        run->signal = run->kind->signal ? run->kind->signal : crash_signals[storm_pick(&random, STORM_SIGNAL_COUNT)];
        run->delay_us = storm_pick(&random, run->kind->by == BY_EARLY ? 6000 : 30000);
        run->threads = 2 + storm_pick(&random, 9);
        run->output = storm_pick(&random, 16) == 0  ? OUTPUT_FULL_PIPE
                      : storm_pick(&random, 8) == 0 ? OUTPUT_FILE
                                                    : OUTPUT_PIPE;
        /*
         * libc itself would wait for ever to tell of a double free. And only the report says that a signal has arrived
         * at a thread that may be about to end.
         */
        if (!strcmp(run->kind->name, "double-free") || run->kind->by == BY_THREAD || run->kind->by == BY_BURST)
                run->output = OUTPUT_PIPE;
        run->json = storm_pick(&random, 12) == 0;
        run->filed = storm_pick(&random, 6) == 0;
        run->with_core = storm_pick(&random, 8) == 0;
        run->crashed_only = storm_pick(&random, 8) == 0;
        run->timeout_ms = storm_pick(&random, 16) == 0 ? 300 : RUN_BUDGET_MS;
        run->random = storm_random(&random) | 1;
}
