/* The heading of a group of threads with equal stacks. */
#include "text_threads.h"

#include <ctype.h>
#include <string.h>

#include "escape.h"
#include "names.h"

/* Words of the names of libc's functions in which a thread waits ("__GI___libc_read", "epoll_wait"), and what that is. */
static const struct {
        const char *word, *meaning;
} waits[] = {
        {"futex", "futex wait"},
        {"lll_lock_wait", "futex wait"},
        {"pthread_join", "futex wait"}, /* the call itself, before glibc 2.34 */
        {"pthread_timedjoin", "futex wait"},
        {"cond_wait", "futex wait"},
        {"cond_timedwait", "futex wait"},
        {"sem_wait", "futex wait"},
        {"nanosleep", "sleep"},
        {"epoll", "epoll wait"},
        {"poll", "poll"},
        {"ppoll", "poll"},
        {"select", "select"},
        {"pselect", "select"},
        {"accept", "accept"},
        {"accept4", "accept"},
        {"recv", "receive"},
        {"recvfrom", "receive"},
        {"recvmsg", "receive"},
        {"recvmmsg", "receive"},
        {"read", "read"},
        {"readv", "read"},
        {"pread", "read"},
        {"pread64", "read"},
        {"preadv", "read"},
        {"preadv64", "read"},
        {"sigsuspend", "pause"},
        {"sigtimedwait", "wait for a signal"},
        {"sigwaitinfo", "wait for a signal"},
        {"sigwait", "wait for a signal"},
        {"pause", "pause"},
        {"wait4", "wait for a child"},
        {"waitpid", "wait for a child"},
        {"waitid", "wait for a child"},
        {"semop", "semaphore"},
        {"semtimedop", "semaphore"},
        {"msgrcv", "message queue"},
};

static const char *name_of(const struct frame *frame)
{
        const struct place *place = frame->place;

        if (place && place->scope_count && place->scopes[0].function)
                return place->scopes[0].function;
        return place ? place->symbol : NULL;
}

bool text_threads_in_libc(const struct frame *frame)
{
        const char *path = frame->place && frame->place->image ? frame->place->image->path : "";
        const char *slash = strrchr(path, '/');
        const char *base = slash ? slash + 1 : path;

        return !strncmp(base, "libc.", 5) || !strncmp(base, "libc-", 5) || !strncmp(base, "libpthread", 10) ||
               !strncmp(base, "ld-", 3) || !strncmp(base, "libc.musl", 9);
}

/* "read" is a word of "__read_nocancel", not of "pthread_join". */
static bool has_word(const char *name, const char *word)
{
        for (const char *at = strstr(name, word); at; at = strstr(at + 1, word))
                if ((at == name || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[strlen(word)]))
                        return true;
        return false;
}

const char *text_threads_waits(const struct stack *stack)
{
        const char *name = stack->count && text_threads_in_libc(&stack->frames[0]) ? name_of(&stack->frames[0]) : NULL;

        for (size_t i = 0; name && i < sizeof(waits) / sizeof(waits[0]); i++)
                if (has_word(name, waits[i].word))
                        return waits[i].meaning;
        return NULL;
}

/* The innermost function outside libc, or null. */
static const char *function_of(const struct stack *stack)
{
        for (size_t i = 0; i < stack->count; i++)
                if (!text_threads_in_libc(&stack->frames[i]) && name_of(&stack->frames[i]))
                        return name_of(&stack->frames[i]);
        return NULL;
}

/* "4711-4742, 4750": ranges where the kernel gave the numbers in a row. Answers how many there are. */
static size_t put_numbers(FILE *out, const struct report *report, size_t first)
{
        size_t count = 0;
        int start = 0, last = 0;

        for (size_t i = first; i <= report->thread_count; i++) {
                int tid = i < report->thread_count && report->threads[i].same_as == first ? report->threads[i].facts.tid
                                                                                          : 0;

                if (i < report->thread_count && !tid)
                        continue;
                if (count && tid != (long)last + 1) {
                        if (last > start)
                                fprintf(out, "-%d", last);
                        if (tid)
                                fprintf(out, ", %d", tid);
                        start = tid;
                } else if (!count) {
                        fprintf(out, " %d", tid);
                        start = tid;
                }
                last = tid;
                count += tid != 0;
        }
        return count;
}

void text_threads_heading(FILE *out, const struct report *report, size_t first)
{
        const struct thread *thread = &report->threads[first];
        const char *waiting = text_threads_waits(&thread->stack), *own = function_of(&thread->stack);
        bool alone = true;

        for (size_t i = first + 1; i < report->thread_count; i++)
                alone = alone && report->threads[i].same_as != first;
        fprintf(out, alone ? "sigguard: thread" : "sigguard: threads");
        size_t count = put_numbers(out, report, first);

        if (!alone)
                fprintf(out, ": %zu x", count);
        fprintf(out, " \"%s\"", escape(thread->facts.name));
        if (waiting)
                fprintf(out, ", idle in %s", waiting);
        if (waiting && own)
                fprintf(out, " in %s", names_brief(own));
        if (!waiting && thread->stack.count && thread->facts.doing[0])
                fprintf(out, ", %s", escape(thread->facts.doing));
        fprintf(out, ":\n");
}
