/* Delivers the report with names from symbol tables when reading debug information fails or takes too long. */
#include "rescue.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "deliver.h"
#include "peer.h"

static struct {
        const struct report *report;
        const char *text;
} ready;

static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM};
static char own_stack[65536];

/* Everything here was prepared before; nothing allocates. */
static void rescue(int signal)
{
        const struct report *report = ready.report;
        const char *reason = signal == SIGALRM
                                     ? "sigguard: degraded: reading debug information took too long; names come from "
                                       "symbol tables, without source lines\n"
                                     : "sigguard: degraded: the debug information could not be read (the helper failed "
                                       "over it); names come from symbol tables, without source lines\n";
        static const char end[] = "sigguard: end of report\n";
        bool priority = report->facts.want & WANT_PRIORITY;
        size_t length = strlen(ready.text), tail = sizeof(end) - 1;
        uint64_t done = 0;

        if (report->facts.want & WANT_JSON) {
                done = deliver_print(ready.text, length, priority) ? DONE_PRINTED : 0;
        } else if (length >= tail) {
                done = deliver_print(ready.text, length - tail, priority) &&
                                       deliver_print(reason, strlen(reason), priority) &&
                                       deliver_print(end, tail, priority)
                               ? DONE_PRINTED
                               : 0;
        }
        /* Writing a file allocates nothing but a name. */
        if (!report->facts.report_dir[0] || !deliver_file(report, ready.text))
                done |= DONE_FILED;
        (void)peer_tell(TELL_DONE, done, NULL, 0);
        _exit(0);
}

void rescue_arm(const struct report *report, const char *text, uint64_t at_ns)
{
        stack_t stack = {.ss_sp = own_stack, .ss_size = sizeof(own_stack)};
        struct sigaction action = {.sa_handler = rescue, .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND)};
        struct timespec now;

        ready.report = report;
        ready.text = text;
        sigfillset(&action.sa_mask);
        sigaltstack(&stack, NULL);
        for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
                sigaction(deadly[i], &action, NULL);
        clock_gettime(CLOCK_MONOTONIC, &now);
        uint64_t now_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
        uint64_t left_us = at_ns > now_ns ? (at_ns - now_ns) / 1000u : 1;
        struct itimerval timer = {.it_value = {(time_t)(left_us / 1000000u), (suseconds_t)(left_us % 1000000u)}};

        if (at_ns)
                setitimer(ITIMER_REAL, &timer, NULL);
}

void rescue_disarm(void)
{
        struct itimerval off = {0};

        setitimer(ITIMER_REAL, &off, NULL);
        for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
                signal(deadly[i], SIG_DFL);
}
