/* Stops threads with PTRACE_SEIZE and PTRACE_INTERRUPT, which leave no trace, and detaches from them (ptrace(2)). */
#include "holder.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hold.h"
#include "machine.h"

#define PATIENCE_NS 300000000u /* for the next thread to stop */
#define ROUNDS 100             /* a process that makes threads faster than they are stopped */

static int process;
static struct tracee {
        struct held facts;
        bool seized, held;
        int deliver; /* the signal that it was about to take */
        struct waiting_call before;
        bool restarts; /* the call before; a signal that has come since makes it fail */
} * tracees;
static size_t count, room, waiting;

static uint64_t now_ns(void)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static char state_of(int tid)
{
        char path[64], text[256];
        const char *behind;
        FILE *file;
        size_t got;

        snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", process, tid);
        file = fopen(path, "re");
        got = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
        if (file)
                fclose(file);
        text[got] = 0;
        behind = strrchr(text, ')'); /* the name may hold anything */
        return *(behind && behind[1] ? behind + 2 : "");
}

/* Threads are told of in the order of the table, or in the opposite one. */
static struct tracee *find(int tid)
{
        static size_t latest;
        const size_t likely[] = {latest + 1, latest - 1, latest};

        for (size_t i = 0; i < count + 3; i++) {
                size_t at = i < 3 ? likely[i] : i - 3;

                if (at < count && tracees[at].facts.tid == tid && tracees[at].facts.as != HELD_ENDED) {
                        latest = at;
                        return &tracees[at];
                }
        }
        return NULL;
}

static void seize(int tid)
{
        if (count == room) {
                size_t more = room ? room * 2 : 64;
                struct tracee *larger = reallocarray(tracees, more, sizeof(*larger));

                if (!larger)
                        return;
                tracees = larger;
                room = more;
        }
        struct tracee *tracee = &tracees[count++];

        *tracee = (struct tracee){.facts = {.tid = tid, .as = HELD_LATE, .state = state_of(tid)}};
        if (ptrace(PTRACE_SEIZE, tid, NULL, NULL)) {
                tracee->facts.as = errno == ESRCH ? HELD_ENDED : HELD_REFUSED;
                tracee->facts.error = errno;
                return;
        }
        tracee->seized = true;
        waiting++;
        if (MACHINE_RESTARTS_BLINDLY)
                tracee->before = waiting_call(process, tid);
        /* It fails only if the thread has just ended, which its status tells. */
        (void)ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
}

/* Seizes the threads that it does not have yet. True if there were any. */
static bool seize_new(void)
{
        char path[32];
        struct dirent *entry;
        size_t before = count;
        DIR *threads;

        snprintf(path, sizeof(path), "/proc/%d/task", process);
        threads = opendir(path);
        while (threads && (entry = readdir(threads))) {
                int tid = (int)strtol(entry->d_name, NULL, 10);

                if (tid > 0 && !find(tid))
                        seize(tid);
        }
        if (threads)
                closedir(threads);
        return count > before;
}

static void take_registers(struct tracee *tracee)
{
        char raw[512];
        struct iovec part = {raw, sizeof(raw)};

        if (ptrace(PTRACE_GETREGSET, tracee->facts.tid, (void *)NT_PRSTATUS, &part) ||
            !machine_from_kernel(raw, part.iov_len, &tracee->facts.registers)) {
                tracee->facts.error = ENOEXEC;
                return;
        }
        if (tracee->deliver && MACHINE_RESTARTS_BLINDLY)
                return;
        tracee->restarts = machine_restart_call(raw, &tracee->before) &&
                           !ptrace(PTRACE_SETREGSET, tracee->facts.tid, (void *)NT_PRSTATUS, &part);
}

/* Signals that came while it was held: the handler runs next, and the call must have failed as it would have. */
static void let_fail(const struct tracee *tracee)
{
        char raw[512];
        struct iovec part = {raw, sizeof(raw)};

        if (ptrace(PTRACE_GETREGSET, tracee->facts.tid, (void *)NT_PRSTATUS, &part))
                return;
        machine_fail_call(raw);
        (void)ptrace(PTRACE_SETREGSET, tracee->facts.tid, (void *)NT_PRSTATUS, &part);
}

static void note(int tid, int status)
{
        struct tracee *tracee = find(tid);
        bool by_ptrace = status >> 16 == PTRACE_EVENT_STOP;

        if (!tracee || !tracee->seized)
                return;
        if (tracee->facts.as == HELD_LATE)
                waiting--;
        if (!WIFSTOPPED(status)) {
                tracee->facts.as = HELD_ENDED;
                tracee->held = false;
                return;
        }
        tracee->facts.as = HELD_STILL;
        tracee->held = true;
        if (!by_ptrace)
                tracee->deliver = WSTOPSIG(status);
        else if (WSTOPSIG(status) != SIGTRAP)
                tracee->facts.stopped = WSTOPSIG(status);
        take_registers(tracee);
}

/* Takes what there is to know of the threads; waits for all of them to stop until none has for a while. */
static void wait_for_stops(bool patiently)
{
        uint64_t last = now_ns();
        sigset_t children;
        int status;

        sigemptyset(&children);
        sigaddset(&children, SIGCHLD);
        for (;;) {
                pid_t tid = waitpid(-1, &status, __WALL | WNOHANG);
                uint64_t now = now_ns();

                if (tid > 0) {
                        note(tid, status);
                        last = now;
                        continue;
                }
                if (tid < 0 || !waiting || !patiently || now - last >= PATIENCE_NS)
                        return;
                struct timespec left = {0, (long)(PATIENCE_NS - (now - last))};

                (void)sigtimedwait(&children, NULL, &left);
        }
}

static void write_all(int socket, const void *bytes, size_t length)
{
        for (size_t done = 0; done < length;) {
                ssize_t put = write(socket, (const char *)bytes + done, length - done);

                if (put <= 0)
                        return; /* nobody reads any more: the socket's end says so, too */
                done += (size_t)put;
        }
}

static void release(void)
{
        wait_for_stops(false); /* the late ones */
        for (size_t i = 0; i < count; i++) {
                if (!tracees[i].held)
                        continue;
                if (MACHINE_RESTARTS_BLINDLY && tracees[i].restarts && waiting_signal(process, tracees[i].facts.tid))
                        let_fail(&tracees[i]);
                (void)ptrace(PTRACE_DETACH, tracees[i].facts.tid, NULL, (void *)(intptr_t)tracees[i].deliver);
        }
}

void holder_main(int pid, int socket, unsigned int most_ms)
{
        const struct held end = {0};
        struct pollfd asker = {.fd = socket, .events = POLLIN};
        uint64_t until = now_ns() + most_ms * UINT64_C(1000000);
        sigset_t all;

        /* Ctrl-C and Ctrl-Z are for the asker alone: this one must live until all threads go on. */
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, NULL);
        process = pid;
        for (int round = 0; round < ROUNDS && seize_new() && now_ns() < until; round++)
                wait_for_stops(true);
        for (size_t i = 0; i < count; i++)
                write_all(socket, &tracees[i].facts, sizeof(tracees[i].facts));
        write_all(socket, &end, sizeof(end));
        for (uint64_t now = now_ns(); now < until && !poll(&asker, 1, (int)((until - now) / 1000000) + 1);)
                now = now_ns();
        release();
        _exit(0);
}
