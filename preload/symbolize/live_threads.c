/* Who the threads of a living process are, what they do, and their registers. */
#include "live_threads.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hold.h"
#include "live.h"
#include "report.h"

static struct held *threads;
static size_t count;

/* The first line of a small file of the thread; empty if it cannot be read. */
static void read_line(int tid, const char *name, char *to, size_t room)
{
        char path[64];
        ssize_t got;

        snprintf(path, sizeof(path), "task/%d/%s", tid, name);
        got = live_read(path, to, room - 1);
        to[got > 0 ? got : 0] = 0;
        to[strcspn(to, "\n")] = 0;
}

long live_threads_hold(unsigned int most_ms)
{
        long got = hold_threads(live_pid(), most_ms, &threads);
        bool any = false, refused = false;

        if (got < 0)
                return got;
        count = 0;
        for (long i = 0; i < got; i++) {
                any |= threads[i].as == HELD_STILL || threads[i].as == HELD_LATE;
                refused |= threads[i].as == HELD_REFUSED;
                if (threads[i].as != HELD_ENDED)
                        threads[count++] = threads[i];
        }
        return any ? (long)count : refused ? -EPERM : -ESRCH;
}

void live_threads_release(void)
{
        hold_release();
}

bool live_threads_tracer(int tid, int *pid, char *name, size_t room)
{
        char file[64], path[64];
        FILE *comm;

        snprintf(file, sizeof(file), "task/%d/status", tid);
        char text[32];

        *pid = live_value(file, "TracerPid", text, sizeof(text)) ? (int)strtol(text, NULL, 10) : 0;
        snprintf(path, sizeof(path), "/proc/%d/comm", *pid);
        comm = *pid > 0 ? fopen(path, "re") : NULL;
        if (!comm || !fgets(name, (int)room, comm))
                snprintf(name, room, "?");
        name[strcspn(name, "\n")] = 0;
        if (comm)
                fclose(comm);
        return *pid > 0;
}

static const char *state_words(char state)
{
        switch (state) {
        case 'R':
                return "running";
        case 'S':
                return "asleep";
        case 'D':
                return "in uninterruptible sleep";
        case 'Z':
        case 'X':
                return "ended, while other threads go on";
        }
        return "";
}

/* The kernel's own view of what does not stop. */
static void say_late(const struct held *held, char *to, size_t room)
{
        char call[128], where[40];
        size_t used = (size_t)snprintf(to, room, "did not stop in time; %s", state_words(held->state));

        read_line(held->tid, "syscall", call, sizeof(call));
        read_line(held->tid, "wchan", where, sizeof(where));
        if (call[0] >= '0' && call[0] <= '9' && used < room)
                used += (size_t)snprintf(to + used, room - used, " in system call %d", (int)strtol(call, NULL, 10));
        if (where[0] && strcmp(where, "0") != 0 && used < room)
                snprintf(to + used, room - used, ", waits in %s", where);
}

static void say_refused(const struct held *held, char *to, size_t room)
{
        char name[32];
        int tracer;

        if (held->state == 'Z' || held->state == 'X')
                snprintf(to, room, "%s", state_words(held->state));
        else if (live_threads_tracer(held->tid, &tracer, name, sizeof(name)))
                snprintf(to, room, "traced already by pid %d (%s)", tracer, name);
        else
                snprintf(to, room, "may not be traced: %s", strerror(held->error));
}

static void say(const struct held *held, char *to, size_t room)
{
        if (held->as == HELD_LATE)
                say_late(held, to, room);
        else if (held->as == HELD_REFUSED)
                say_refused(held, to, room);
        else if (held->error)
                snprintf(to, room, "its registers are not those of this machine: a 32-bit program?");
        else if (held->stopped)
                snprintf(to, room, "stopped by %s", report_signal_name(held->stopped));
        else
                snprintf(to, room, "%s", state_words(held->state));
}

long live_threads_list(uint64_t first, void *to, size_t room)
{
        struct thread_facts *facts = to;
        size_t most = room / sizeof(*facts), i;

        for (i = 0; i < most && first + i < count; i++) {
                const struct held *held = &threads[first + i];

                facts[i] = (struct thread_facts){.tid = held->tid, .answered = held->as == HELD_STILL && !held->error};
                read_line(held->tid, "comm", facts[i].name, sizeof(facts[i].name));
                say(held, facts[i].doing, sizeof(facts[i].doing));
        }
        return (long)(i * sizeof(*facts));
}

long live_threads_stacks(uint64_t first, void *to, size_t room)
{
        struct thread_stack *stacks = to;
        size_t most = room / sizeof(*stacks), i;

        for (i = 0; i < most && first + i < count; i++)
                stacks[i] =
                        (struct thread_stack){.tid = threads[first + i].tid, .registers = threads[first + i].registers};
        return (long)(i * sizeof(*stacks));
}
