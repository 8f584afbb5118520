/* The threads of a living process: held still, unwound, let go, and only then named and printed. */
#include "trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "escape.h"
#include "json_parts.h"
#include "ledger.h"
#include "live.h"
#include "live_threads.h"
#include "modules.h"
#include "report.h"
#include "tailcalls.h"

enum { TRACE_ALL, TRACE_SOME, TRACE_NONE };

/* The longest that a service may stand still. A third of that is the unwinder's, and it takes some milliseconds. */
#define MOST_HELD_MS 5000

static struct report report;
static uint64_t held_ns;

static uint64_t clock_ns(clockid_t clock)
{
        struct timespec now;

        clock_gettime(clock, &now);
        return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int end(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int end(const char *format, ...)
{
        va_list values;

        fprintf(stderr, "sigguard: %d (%s) ", report.facts.pid, escape(report.facts.program));
        va_start(values, format);
        vfprintf(stderr, format, values);
        va_end(values);
        fputc('\n', stderr);
        return TRACE_NONE;
}

/* Why the kernel says no: ptrace(2), "Ptrace access mode checking". */
static int refused(void)
{
        FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
        char uid[64], name[32];
        int scope = 0, tracer;

        if (file) {
                if (fscanf(file, "%d", &scope) != 1) /* NOLINT(cert-err34-c): a kernel's own digit */
                        scope = 0;
                fclose(file);
        }
        if (live_has_ended())
                return end("has ended");
        if (live_threads_tracer(live_pid(), &tracer, name, sizeof(name)))
                return end("is traced already, by pid %d (%s), and only one can do that at a time", tracer,
                           escape(name));
        if (live_status("Uid", uid, sizeof(uid)) && strtoul(uid, NULL, 10) != geteuid() && geteuid())
                return end("cannot be traced: it belongs to another user, so only root can do that");
        if (scope == 3)
                return end("cannot be traced: kernel.yama.ptrace_scope is 3, which forbids it to everyone");
        if (scope && geteuid())
                return end("cannot be traced: kernel.yama.ptrace_scope is %d, so only root can do that", scope);
        if (geteuid())
                return end("cannot be traced: it has more rights than its user, so only root can do that");
        return end("cannot be traced: the kernel forbids it here (a container without CAP_SYS_PTRACE, or seccomp)");
}

/* What no stack can be shown of. TRACE_ALL if there is nothing against it. */
static int check(const char *pid)
{
        int error;

        if (!live_open(pid, report.facts.program, sizeof(report.facts.program), &error))
                return TRACE_NONE;
        report.facts.pid = live_pid();
        if (live_pid() == getpid())
                return end("cannot trace itself");
        if (error == -EACCES || error == -EPERM)
                return refused();
        if (error)
                return live_has_ended() ? end("has ended")
                                        : end("is a part of the kernel, whose stacks are not for programs to read");
        return TRACE_ALL;
}

/* All that happens while the process stands still. A negative errno if it could not be stopped. */
static long gather(void)
{
        uint64_t start = clock_ns(CLOCK_MONOTONIC);
        long threads;

        report.facts.deadline_ns = start + MOST_HELD_MS * UINT64_C(1000000);
        report.facts.time_ns = clock_ns(CLOCK_REALTIME);
        threads = live_threads_hold(MOST_HELD_MS);
        if (threads > 0) {
                if (!modules_start(report.facts.pid))
                        report_degrade(&report, "it is not known which modules were loaded");
                report_gather_threads(&report);
        }
        live_threads_release();
        held_ns = clock_ns(CLOCK_MONOTONIC) - start;
        return threads;
}

/* A JIT compiler writes its list where the process sees /tmp, under the pid that the process has there. */
static void name_jit(void)
{
        char root[32], pids[128];
        const char *last = pids;

        if (!live_status("NSpid", pids, sizeof(pids)))
                snprintf(pids, sizeof(pids), "%d", live_pid());
        if (strrchr(pids, '\t'))
                last = strrchr(pids, '\t') + 1;
        snprintf(root, sizeof(root), "/proc/%d/root", live_pid());
        places_name_jit(root, (int)strtol(last, NULL, 10));
}

static void name_frames(void)
{
        places_name_symbols();
        name_jit();
        places_name_dwarf(NULL);
        for (size_t i = 0; i < report.thread_count; i++)
                if (report.threads[i].same_as == i)
                        tailcalls_insert(&report.threads[i].stack);
        report.lines_named = true;
}

static bool print(bool json)
{
        char *text = json ? NULL : report_threads_text(&report);
        json_t *root = json ? report_threads_json(&report) : NULL;

        if (root) {
                json_object_set_new(root, "held_us", json_integer((json_int_t)(held_ns / 1000)));
                text = json_dumps(root, JSON_COMPACT);
                json_decref(root);
        }
        if (!text)
                return false;
        if (json)
                printf("%s\n", text);
        else
                printf("sigguard: %s[%d] at %s, held still for %" PRIu64 ".%" PRIu64 " ms; %zu thread%s:\n%s"
                       "sigguard: end of trace\n",
                       escape(report.facts.program), report.facts.pid, ledger_time(report.facts.time_ns),
                       held_ns / 1000000, held_ns / 100000 % 10, report.thread_count,
                       report.thread_count == 1 ? "" : "s", text);
        free(text);
        return !fflush(stdout);
}

int trace_print(const char *pid, bool json)
{
        long threads;
        int result = check(pid);

        if (result)
                return result;
        threads = gather();
        if (threads == -EPERM)
                return refused();
        if (threads == -ESRCH)
                return end("has ended");
        if (threads < 0)
                return end("could not be held still: %s", strerror((int)-threads));
        name_frames();
        for (size_t i = 0; i < report.thread_count; i++)
                if (!report.threads[i].stack.count)
                        result = TRACE_SOME;
        return print(json) ? result : TRACE_NONE;
}
