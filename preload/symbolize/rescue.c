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

/* What is delivered. It is replaced as a whole, since time can run out at any moment. */
struct ready {
        const struct report *report;
        const char *lost;
        size_t length, tail; /* how much of it stands behind the degradations */
        char text[];         /* with room for the reason */
};

static struct ready *volatile ready;

static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM};
static char own_stack[65536];

static void append(struct ready *to, const char *words)
{
        size_t length = strlen(words);

        memcpy(to->text + to->length, words, length + 1);
        to->length += length;
}

/* Among the other degradations, in the text as in JSON. */
static void add_reason(struct ready *to, bool late)
{
        bool json = to->report->facts.want & WANT_JSON;
        const char *why = late ? "reading debug information took too long; "
                               : "the debug information could not be read (the helper failed over it); ";
        char tail[64];

        if (to->length < to->tail || to->tail >= sizeof(tail))
                return;
        to->length -= to->tail;
        memcpy(tail, to->text + to->length, to->tail);
        tail[to->tail] = 0;
        if (!json)
                append(to, "sigguard: degraded: ");
        else
                append(to, to->length && to->text[to->length - 1] == '[' ? "\"" : ",\"");
        append(to, why);
        append(to, to->lost);
        append(to, json ? "\"" : "\n");
        append(to, tail);
}

/* Everything here was prepared before; nothing allocates. */
static void rescue(int signal)
{
        struct ready *last = ready;
        const struct report *report = last->report;
        uint64_t done = 0;

        add_reason(last, signal == SIGALRM);
        if (deliver_print(&report->facts, last->text, last->length))
                done |= DONE_PRINTED;
        /* Writing a file allocates nothing but a name. */
        if (!report->facts.report_dir[0] || !deliver_file(report, last->text))
                done |= DONE_FILED;
        (void)peer_tell(TELL_DONE, done, NULL, 0);
        _exit(0);
}

static bool keep(const struct report *report, const char *text, const char *lost)
{
        size_t length = strlen(text);
        struct ready *next = malloc(sizeof(*next) + length + MOST_REASON), *last = ready;

        if (!next)
                return false;
        *next = (struct ready){
                .report = report,
                .lost = lost,
                .length = length,
                .tail = strlen(report->facts.want & WANT_JSON ? REPORT_JSON_TAIL : REPORT_TEXT_TAIL),
        };
        memcpy(next->text, text, length + 1);
        ready = next;
        free(last);
        return true;
}

void rescue_keep(const char *text, const char *lost)
{
        if (ready)
                (void)keep(ready->report, text, lost);
}

void rescue_arm(const struct report *report, const char *text, uint64_t at_ns, const char *lost)
{
        stack_t stack = {.ss_sp = own_stack, .ss_size = sizeof(own_stack)};
        struct sigaction action = {.sa_handler = rescue, .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND)};

        if (!keep(report, text, lost))
                return;
        sigfillset(&action.sa_mask);
        sigaltstack(&stack, NULL);
        for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
                inflate_sigaction(deadly[i], &action);
        uint64_t now_ns = report_now();
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
        free(ready);
        ready = NULL;
}
