/* Delivers the report with names from symbol tables when reading debug information fails or takes too long. */
#include "rescue.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "deliver.h"
#include "inflate.h"
#include "peer.h"

#define MOST_REASON 256

static struct {
        const struct report *report;
        char *text;          /* with room for the reason */
        size_t length, tail; /* how much of it stands behind the degradations */
        const char *lost;
} ready;

static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM};
static char own_stack[65536];

static void append(const char *words)
{
        size_t length = strlen(words);

        memcpy(ready.text + ready.length, words, length + 1);
        ready.length += length;
}

/* Among the other degradations, in the text as in JSON. */
static void add_reason(bool late)
{
        bool json = ready.report->facts.want & WANT_JSON;
        const char *why = late ? "reading debug information took too long; "
                               : "the debug information could not be read (the helper failed over it); ";
        char tail[64];

        if (ready.length < ready.tail || ready.tail >= sizeof(tail))
                return;
        ready.length -= ready.tail;
        memcpy(tail, ready.text + ready.length, ready.tail);
        tail[ready.tail] = 0;
        if (!json)
                append("sigguard: degraded: ");
        else
                append(ready.length && ready.text[ready.length - 1] == '[' ? "\"" : ",\"");
        append(why);
        append(ready.lost);
        append(json ? "\"" : "\n");
        append(tail);
}

/* Everything here was prepared before; nothing allocates. */
static void rescue(int signal)
{
        const struct report *report = ready.report;
        uint64_t done = 0;

        add_reason(signal == SIGALRM);
        if (deliver_print(&report->facts, ready.text, ready.length))
                done |= DONE_PRINTED;
        /* Writing a file allocates nothing but a name. */
        if (!report->facts.report_dir[0] || !deliver_file(report, ready.text))
                done |= DONE_FILED;
        (void)peer_tell(TELL_DONE, done, NULL, 0);
        _exit(0);
}

void rescue_arm(const struct report *report, const char *text, uint64_t at_ns, const char *lost)
{
        stack_t stack = {.ss_sp = own_stack, .ss_size = sizeof(own_stack)};
        struct sigaction action = {.sa_handler = rescue, .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND)};
        struct timespec now;

        ready.length = strlen(text);
        ready.text = malloc(ready.length + MOST_REASON);
        if (!ready.text)
                return;
        memcpy(ready.text, text, ready.length + 1);
        ready.report = report;
        ready.lost = lost;
        ready.tail = strlen(report->facts.want & WANT_JSON ? REPORT_JSON_TAIL : REPORT_TEXT_TAIL);
        sigfillset(&action.sa_mask);
        sigaltstack(&stack, NULL);
        for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
                inflate_sigaction(deadly[i], &action);
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
        struct sigaction ordinary = {.sa_handler = SIG_DFL};

        setitimer(ITIMER_REAL, &off, NULL);
        for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
                inflate_sigaction(deadly[i], &ordinary);
        free(ready.text);
        ready.text = NULL;
}
