/* Counts and times of all runs of a storm. */
#include "tally.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Why reports were not complete, as they said it, and how often. */
static struct {
        char text[160];
        unsigned count;
} reasons[64];

static void count_reason(const char *text, size_t length)
{
        unsigned i;

        length = length < sizeof(reasons[0].text) - 1 ? length : sizeof(reasons[0].text) - 1;
        for (i = 0; i < 63 && reasons[i].count; i++)
                if (strlen(reasons[i].text) == length && !memcmp(reasons[i].text, text, length))
                        break;
        if (!reasons[i].count++)
                memcpy(reasons[i].text, text, length);
}

static void count_reasons(const char *text)
{
        static const char mark[] = "sigguard: degraded: ";

        while ((text = strstr(text, mark))) {
                text += sizeof(mark) - 1;
                count_reason(text, (size_t)(strchrnul(text, '\n') - text));
        }
}

void tally_add(struct tally *tally, const struct run *run, const char *failure, enum judge_report report)
{
        tally->runs++;
        tally->failed += failure != NULL;
        tally->stuck += run->stuck;
        tally->left += !run->gone;
        tally->wrong += failure && (strstr(failure, "died") || strstr(failure, "exited"));
        tally->late += failure && strstr(failure, "budget");
        tally->reports[report]++;
        count_reasons(run->text);
        if (run->kind->cut && run->output != OUTPUT_FULL_PIPE) {
                tally->cut++;
                tally->cut_told += judge_told_signal(run) != 0;
        }
        if (WIFSIGNALED(run->status))
                tally->signals[WTERMSIG(run->status)]++;
        else
                tally->signals[0]++;
        /* a death that did not wait for a report says nothing about how long reports take */
        if (run->kind->by != BY_EARLY && !run->kind->cut && !run->kind->in_child && tally->timed < TALLY_MOST)
                tally->times[tally->timed++] = judge_ms(run);
}

void tally_progress(const struct tally *tally, unsigned wanted)
{
        const char *before = isatty(1) ? "\r" : "", *behind = isatty(1) ? "" : "\n";

        printf("%s%u of %u crashes: %u full reports, %u degraded, %u without; %u failed%s", before, tally->runs, wanted,
               tally->reports[REPORT_FULL], tally->reports[REPORT_DEGRADED], tally->reports[REPORT_NONE], tally->failed,
               behind);
        fflush(stdout);
}

static int compare(const void *one, const void *other)
{
        const unsigned a = *(const unsigned *)one, b = *(const unsigned *)other;

        return a < b ? -1 : a > b;
}

void tally_print(struct tally *tally, uint64_t seed, uint64_t duration_ns)
{
        const unsigned n = tally->timed ? tally->timed : 1;
        const unsigned *times = tally->times;

        qsort(tally->times, tally->timed, sizeof(times[0]), compare);
        printf("%sstorm: %u crashes in %u s, seed %llu\n", isatty(1) ? "\n" : "", tally->runs,
               (unsigned)(duration_ns / 1000000000u), (unsigned long long)seed);
        printf("storm: %u hangs, %u wrong deaths, %u over budget, %u left a process behind, %u failed in all\n",
               tally->stuck, tally->wrong, tally->late, tally->left, tally->failed);
        printf("storm: reports: %u full, %u degraded and said so, %u without (cut, early, or nobody read)\n",
               tally->reports[REPORT_FULL], tally->reports[REPORT_DEGRADED], tally->reports[REPORT_NONE]);
        printf("storm: ms from crash to death: min %u, median %u, 90%% %u, 99%% %u, max %u\n", times[0], times[n / 2],
               times[n * 9 / 10], times[n * 99 / 100], times[n - 1]);
        printf("storm: killed within 30 ms of the crash: %u, with the head line out: %u\n", tally->cut,
               tally->cut_told);
        printf("storm: died of:");
        for (int i = 1; i < 65; i++)
                if (tally->signals[i])
                        printf(" SIG%s %u", i < 32 ? sigabbrev_np(i) : "?", tally->signals[i]);
        printf(", exited after its child's crash %u\n", tally->signals[0]);
        for (unsigned i = 0; i < 64 && reasons[i].count; i++)
                printf("storm: degraded %u times: %s\n", reasons[i].count, reasons[i].text);
}
