/* Holds a run against what was promised: the death, the time, the report, and that nothing is left. */
#include "judge.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define LATE_MS 1500 /* what a busy machine may take beside the budget */

unsigned judge_ms(const struct run *run)
{
        return run->death_ns > run->crash_ns && run->crash_ns ? (unsigned)((run->death_ns - run->crash_ns) / 1000000u)
                                                              : 0;
}

/* The next head line of a crash: "sigguard: service[42] thread 43 "name" crashed: SIGSEGV, ..." */
static const char *find_head(const char *text)
{
        for (const char *end; *text; text = *end ? end + 1 : end) {
                const char *crashed;

                end = strchrnul(text, '\n');
                crashed = memmem(text, (size_t)(end - text), " crashed: SIG", 13);
                if (crashed && !strncmp(text, "sigguard: ", 10) && memchr(text, '[', (size_t)(crashed - text)))
                        return text;
        }
        return NULL;
}

int judge_told_signal(const struct run *run)
{
        const char *head = find_head(run->text);
        char name[8] = "";

        if (!head || sscanf(strstr(head, " crashed: SIG"), " crashed: SIG%7[A-Z]", name) != 1)
                return 0;
        for (int number = 1; number < 32; number++)
                if (!strcmp(name, sigabbrev_np(number)))
                        return number;
        return 0;
}

static const char *judge_death(const struct run *run)
{
        const int told = judge_told_signal(run);
        const int wanted = run->kind->any && told ? told : run->signal;

        if (run->stuck)
                return run->crash_ns ? "it hung after the crash" : "it hung before the crash";
        if (run->kind->cut && WIFSIGNALED(run->status) && WTERMSIG(run->status) == SIGKILL)
                return NULL;
        if (run->kind->in_child && (!WIFEXITED(run->status) || WEXITSTATUS(run->status) != wanted))
                return "the child of the service died in another way";
        if (!run->kind->in_child && !WIFSIGNALED(run->status))
                return "it exited";
        if (!run->kind->in_child && WTERMSIG(run->status) != wanted && !(run->kind->any && !told))
                return "it died of another signal";
        if (run->with_core && run->kind->by != BY_EARLY && !run->kind->in_child && !run->kind->cut &&
            !WCOREDUMP(run->status))
                return "it left no core";
        if (judge_ms(run) > run->timeout_ms + LATE_MS)
                return "it took longer than its budget";
        return NULL;
}

/* One line of JSON, whole. */
static bool has_json(const char *text)
{
        const char *start = strstr(text, "\n{");
        const char *end = start ? strchr(start + 1, '\n') : NULL;

        return end && end[-1] == '}';
}

static const char *judge_text(const struct run *run, enum judge_report *report)
{
        const char *head = find_head(run->text), *second = head ? find_head(strchrnul(head, '\n')) : NULL;
        const char *first_of_report = strstr(run->text, "sigguard: thread ");
        const bool whole = strstr(run->text, "sigguard: end of report\n") || (run->json && has_json(run->text));
        const bool named = strstr(run->text, "sigguard: degraded: ") ||
                           (run->json && strstr(run->text, "\"degraded\"") && !strstr(run->text, "\"degraded\":[]"));

        *report = whole && !named ? REPORT_FULL : named ? REPORT_DEGRADED : REPORT_NONE;
        if (run->output == OUTPUT_FULL_PIPE || run->kind->by == BY_EARLY || run->kind->cut || run->kind->silent)
                return second ? "two crashes were told" : NULL;
        if (!head)
                return "there is no head line";
        if (first_of_report && first_of_report < head)
                return "the head line is not the first";
        if (second)
                return "two crashes were told";
        return *report == REPORT_NONE ? "the report is not complete, and nothing says why" : NULL;
}

static const char *judge_files(const struct run *run)
{
        const bool sure = run->filed && run->kind->by != BY_EARLY && !run->kind->cut && !run->kind->silent;

        if (run->unfinished && !run->kind->cut)
                return "it left a file that is no report";
        if (sure && !run->files)
                return "no report is in the folder";
        return run->files > 1 && !run->kind->hurt ? "more than one report is in the folder" : NULL;
}

const char *judge(const struct run *run, enum judge_report *report)
{
        const char *death = judge_death(run), *text = judge_text(run, report);

        if (death)
                return death;
        if (!run->gone)
                return "it left a process behind";
        return text ? text : judge_files(run);
}
