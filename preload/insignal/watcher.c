/*
 * The watcher: a child that shares our memory. Not a thread, so that a killing seccomp filter hits it alone and the
 * service's descriptors, limits and waitpid() loop are not touched; not a copy, since forking 4 GB takes 0.3 s.
 */
#include "insignal/watcher.h"

#include <linux/futex.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "insignal/helper.h"
#include "insignal/inject.h"
#include "insignal/log.h"
#include "insignal/owner.h"
#include "insignal/serve.h"
#include "insignal/task.h"
#include "insignal/threads.h"
#include "memory.h"

#define WATCHER_LATE_MS 200 /* what the watcher may need behind the helper's own deadline */
#define DISMISS_MS 100      /* what its end may take */

static uint8_t stack[16384] __attribute__((aligned(64)));

static void wake_handler(void)
{
        atomic_store(&crash_now.served, true);
        (void)sys(__NR_futex, &owner_page()->watcher, FUTEX_WAKE, 1);
}

/* The kernel ends the watcher with the crashed thread; who comes back from this has waited in vain. */
static bool sees_death(unsigned seconds, int pid)
{
        const struct timespec wait = {seconds, 0};

        /* not by ppoll: where a filter refuses that it would be no wait at all */
        if ((int)sys(__NR_getppid) == pid)
                (void)sys(__NR_nanosleep, &wait, NULL);
        return (int)sys(__NR_getppid) != pid;
}

enum hold { UNKNOWN, FREE, HELD };

/*
 * Whether the thread does nothing because it may not: it is stopped, by a signal or a debugger, or it writes a core,
 * which SIGKILL would cut off (core(5), proc(5): State, CoreDumping). The latter is behind the groups, up to 65536 of them.
 */
static enum hold learn_hold(int pid, int tid)
{
        static const char last[] = "\nCoreDumping:\t";
        static char status[4096];
        enum hold hold = UNKNOWN;
        size_t kept = 0;
        long size;
        int fd = task_open(pid, tid, "status");

        while (fd >= 0 && (size = sys_read(fd, status + kept, sizeof(status) - 1 - kept)) > 0) {
                char *end = status + kept + size, *at;

                *end = 0;
                for (at = status; at + sizeof(last) <= end && hold != HELD; at++) {
                        const char *state = text_after(at, "\nState:\t"), *dumps = text_after(at, last);

                        if ((state && (*state == 'T' || *state == 't')) || (dumps && *dumps != '0'))
                                hold = HELD;
                        else if (dumps)
                                hold = FREE;
                }
                if (hold != UNKNOWN)
                        break;
                kept = (size_t)(end - at);
                memmove(status, at, kept);
        }
        if (fd >= 0)
                (void)sys_close(fd); /* was only read */
        return hold;
}

/*
 * The process was given its signal back. Should it not die although nothing holds it (its registers were changed
 * meanwhile, or the handler is stuck), it gets the signal again, now at its default, and at last SIGKILL: a hang is worse
 * than a wrong status.
 */
static void make_sure_of_death(int pid)
{
        const struct crash_facts *facts = &crash_now.facts;
        bool again = false;

        while (!sees_death(1, pid)) {
                const enum hold hold = learn_hold(pid, facts->tid);

                if (hold == HELD) {
                        again = false;
                } else if (!again) {
                        again = true;
                        (void)sys(__NR_tgkill, pid, facts->tid, facts->signal);
                } else {
                        if (hold == FREE)
                                (void)sys(__NR_tgkill, pid, facts->tid, SIGKILL);
                        return;
                }
        }
}

static void run(void)
{
        const struct rlimit none = {0, 0};
        const int pid = crash_now.facts.pid;

        struct rlimit files;

        /* SIGKILL, since that also ends a watcher that somebody has stopped */
        (void)sys(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL);
        /* prlimit, since units forbid systemd's group @resources, which has setrlimit; a core of ours would be in the way */
        (void)sys(__NR_prlimit64, 0, RLIMIT_CORE, &none, NULL);
        if (sys(__NR_prlimit64, 0, RLIMIT_NOFILE, NULL, &files) == 0) {
                files.rlim_cur = files.rlim_max; /* the service may have given up its right to open any; ours are few */
                (void)sys(__NR_prlimit64, 0, RLIMIT_NOFILE, &files, NULL);
        }
        inject_fault(INJECT_WATCHER_START);
        if (helper_start(&crash_now) == 0) {
                threads_park(&crash_now); /* while the helper starts */
                inject_fault(INJECT_WATCHER_SERVES);
                serve(HELPER_SERVER_FD, &crash_now);
                helper_end(&crash_now);
        }
        wake_handler();
        inject_fault(INJECT_WATCHER_END);
        make_sure_of_death(pid);
        for (;;)
                sys(__NR_exit_group, 0);
}

void watcher_start(struct crash *crash)
{
        /* exit signal 0: no SIGCHLD, and only a waiter with __WALL sees it (wait(2)) */
        const unsigned long flags = CLONE_VM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
        signal_set before, all = ~guard.faults;
        bool priority;
        long pid;
        int fd = log_open(&crash->facts, &priority);

        if (priority)
                crash->facts.want |= WANT_PRIORITY;
        log_close(fd);
        (void)sys_sigprocmask(SIG_SETMASK, &all, &before); /* cannot fail */
        pid = arch_clone(flags, stack + sizeof(stack), (int *)&owner_page()->watcher, run);
        (void)sys_sigprocmask(SIG_SETMASK, &before, NULL);
        crash->watcher_pid = (int)pid;
        if (pid < 0) {
                atomic_store(&crash->served, true);
                crash_failed("a child for the helper could not be started", pid);
        }
}

void watcher_wait(struct crash *crash)
{
        const uint64_t until = crash->facts.deadline_ns + (uint64_t)WATCHER_LATE_MS * 1000000u;
        uint64_t now;
        int pid, helper;

        for (;;) {
                struct timespec rest;

                pid = atomic_load(&owner_page()->watcher);
                now = sys_now(CLOCK_MONOTONIC);
                if (!pid || atomic_load(&crash->served) || now >= until)
                        break;
                rest = (struct timespec){(time_t)((until - now) / 1000000000u), (long)((until - now) % 1000000000u)};
                (void)sys(__NR_futex, &owner_page()->watcher, FUTEX_WAIT, pid, &rest);
        }
        if (atomic_load(&crash->served))
                return;
        helper = atomic_load(&crash->helper);
        crash_failed(pid ? "the helper took too long" : "the child that started the helper was killed", 0);
        if (helper > 0)
                (void)sys(__NR_kill, helper, SIGKILL);
        watcher_dismiss(crash);
}

void watcher_dismiss(struct crash *crash)
{
        const struct timespec nap = {0, 1000000};

        if (crash->watcher_pid <= 0)
                return;
        if (atomic_load(&owner_page()->watcher))
                (void)sys(__NR_kill, crash->watcher_pid, SIGKILL);
        /* Not for ever: SIGKILL does not end who waits for a dead file system or a debugger. No child is as good. */
        for (unsigned i = 0; i < DISMISS_MS && sys(__NR_wait4, crash->watcher_pid, 0, __WALL | WNOHANG, 0) == 0; i++)
                (void)sys(__NR_nanosleep, &nap, NULL);
        crash->watcher_pid = 0;
}
