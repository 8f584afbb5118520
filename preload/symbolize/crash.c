/* The helper of a crash, as a list of steps. */
#include "crash.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "deliver.h"
#include "diagnose.h"
#include "escape.h"
#include "inflate.h"
#include "ledger.h"
#include "locals.h"
#include "modules.h"
#include "peer.h"
#include "report.h"
#include "rescue.h"
#include "source.h"
#include "tailcalls.h"

#define MEMORY_LIMIT (1u << 30)
#define EARLY_FRAMES 64
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#else
#define SANITIZED 0
#endif
#define KEEP_NS 50000000u
#define MARGIN_NS 300000000u /* for writing; a fifth of the time if that is less */

static struct report report;
static uint64_t kept_ns;

/* Sent to all of a unit, it is not for us; a fault of our own comes again and meets its default. */
static void fault(int number, siginfo_t *info, void *context)
{
        (void)context;
        if (info->si_code > 0)
                signal(number, SIG_DFL);
}

static void set_process(void)
{
        struct rlimit memory = {MEMORY_LIMIT, MEMORY_LIMIT};
        const struct sigaction faults = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO};
        const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
        sigset_t others;

        for (int i = 1; i < NSIG; i++)
                signal(i, SIG_DFL);
        signal(SIGPIPE, SIG_IGN);
        /* What is sent to all of a unit, as the SIGABRT of systemd's watchdog, is not for us. abort() opens its own. */
        sigfillset(&others);
        sigdelset(&others, SIGALRM); /* the rescue's clock */
        for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
                sigaction(own[i], &faults, NULL);
                sigdelset(&others, own[i]);
        }
        sigprocmask(SIG_SETMASK, &others, NULL);
        /* The address sanitizer reserves terabytes. */
        if (!SANITIZED)
                setrlimit(RLIMIT_AS, &memory);
}

/* A thread's frames, as many at once as a message holds: what the handler can print if this helper dies. */
static void tell_frames(void)
{
        char lines[PROTOCOL_LINES];
        size_t size = 0;

        for (size_t i = 0; i < report.crashed.count && i < EARLY_FRAMES; i++) {
                char *line = report_frame_lines(&report.crashed.frames[i], i);
                size_t length = line ? strcspn(line, "\n") : 0;

                if (size && size + 1 + length > sizeof(lines)) {
                        (void)peer_tell(TELL_FRAMES, 0, lines, size);
                        size = 0;
                }
                if (length && length < sizeof(lines)) {
                        if (size)
                                lines[size++] = '\n';
                        memcpy(lines + size, line, length);
                        size += length;
                }
                free(line);
        }
        if (size)
                (void)peer_tell(TELL_FRAMES, 0, lines, size);
}

static char *render(void)
{
        char *text = report.facts.want & WANT_JSON ? report_json(&report) : report_text(&report);

        /* JSON has no newline of its own. */
        if (text && (report.facts.want & WANT_JSON)) {
                size_t length = strlen(text);
                char *line = realloc(text, length + 2);

                if (line)
                        memcpy(line + length, "\n", 2);
                return line;
        }
        return text;
}

static void tell_missing_lines(void)
{
        for (const struct module *module = modules_first(); module; module = module->next)
                if (module->has_frame && !module->is_vdso && module->image.deleted && !module->image.elf)
                        report_degrade(&report, "%s was replaced or deleted; its names come from memory",
                                       escape(module->image.path));
}

/* When reading must end: percent of the time from now, or later if what is left is enough to write. */
static uint64_t latest(unsigned int percent)
{
        uint64_t late = report_from_now(&report, percent), deadline = report.facts.deadline_ns;

        return deadline > MARGIN_NS && deadline - MARGIN_NS > late ? deadline - MARGIN_NS : late;
}

/*
 * After a unit: what is named by now is kept, where the next unit may be far behind this one in compressed bytes, and else
 * from time to time, since to write it down is work as well.
 */
static void keep_named(void)
{
        char *text = inflate_streams() || report_now() - kept_ns >= KEEP_NS ? render() : NULL;

        if (!text)
                return;
        rescue_keep(text, "some names come from symbol tables, without source lines");
        free(text);
        kept_ns = report_now();
}

/* Source lines and inlined frames, while a report without them is kept at hand. */
static void name_lines(void)
{
        char *plain = render();

        if (plain)
                rescue_arm(&report, plain, latest(80), "names come from symbol tables, without source lines");
        kept_ns = report_now();
        places_name_dwarf(keep_named);
        tailcalls_insert(&report.crashed);
        for (size_t i = 0; i < report.thread_count; i++)
                if (report.threads[i].same_as == i)
                        tailcalls_insert(&report.threads[i].stack);
        rescue_disarm();
        free(plain);
        tell_missing_lines();
}

/* What was asked for besides, while a report without it is kept at hand. */
static void add_facts(void)
{
        uint32_t want = report.facts.want & (WANT_SOURCE | WANT_LOCALS);
        char *plain = want ? render() : NULL;

        if (plain)
                rescue_arm(&report, plain, latest(90), "source lines and variables are left out");
        if (want & WANT_SOURCE)
                report.source = source_find(&report.crashed);
        if (want & WANT_LOCALS)
                report.locals = locals_find(&report.crashed);
        if (plain)
                rescue_disarm();
        free(plain);
}

static uint64_t file_report(void)
{
        char *text;
        int error = 0;

        if (!report.facts.report_dir[0])
                return DONE_FILED;
        text = render();
        if (text)
                error = deliver_file(&report, text);
        free(text);
        if (!text || error) {
                report_degrade(&report, "could not write the report to %s: %s", escape(report.facts.report_dir),
                               strerror(text ? -error : ENOMEM));
                return 0;
        }
        (void)peer_tell(TELL_FILED, 0, NULL, 0); /* TELL_DONE says it again */
        return DONE_FILED;
}

static uint64_t print_report(void)
{
        char *text = render();
        bool printed = false;

        if (!text)
                return 0;
        if (report.facts.want & WANT_JOURNAL) {
                printed = deliver_journal(&report, text);
                if (!printed) {
                        free(text);
                        report_degrade(&report, "journald did not take the report");
                        text = render();
                }
        }
        if (!printed && text)
                printed = deliver_print(&report.facts, text, strlen(text));
        free(text);
        return printed ? DONE_PRINTED : 0;
}

int crash_main(void)
{
        uint64_t done;

        set_process();
        if (report_gather(&report))
                return 2;
        places_name_symbols();
        places_name_jit("", report.facts.pid);
        tell_frames();
        diagnose(&report);
        report_gather_threads(&report);
        places_name_symbols();
        places_name_jit("", report.facts.pid);
        report.ledger = ledger_ask();
        name_lines();
        add_facts();
        done = file_report();
        done |= print_report();
        return peer_tell(TELL_DONE, done, NULL, 0) ? 2 : 0;
}
