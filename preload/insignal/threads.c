/* The other threads: stopped for the picture, released before the signal is given back. */
#include "insignal/threads.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/futex.h>

#include "insignal/log.h"
#include "insignal/modules.h"
#include "insignal/task.h"
#include "memory.h"

/*
 * The signal that libc itself uses to make every thread do set-id calls: no program can block it through libc (nptl(7);
 * glibc: 33, musl: 34). The kernel's queue may be full for it; SIGURG, whose default is to do nothing, always fits.
 */
static int park_signal(void)
{
        static int known;

        if (!known)
                known = modules_is_glibc() ? 33 : 34;
        return known;
}
#define PARK_SIGNAL_2 SIGURG
#define PARK_MAGIC ((void *)0x7069675f6b726170) /* tells our signal from libc's own */

enum answer_state { ASKED, ANSWERED, NOT_ASKED, GONE };
static struct {
        _Atomic int tid;
        _Atomic int state;
        bool in_call;         /* what the kernel said before the signal interrupted it */
        uint64_t call, first; /* number and first argument */
        struct registers registers;
} threads[THREADS_MOST];
static _Atomic unsigned count, answered, inside;
static _Atomic unsigned awaited; /* with so many answers whoever waits for them is woken, once */
static _Atomic int parking;      /* 1 while threads are to wait; also a futex */
static bool borrowed[2];
static struct kernel_action before[2];

static int find(int tid)
{
        unsigned known = atomic_load(&count);

        for (unsigned i = 0; i < known; i++)
                if (atomic_load(&threads[i].tid) == tid)
                        return (int)i;
        return -1;
}

/*
 * A sleep, a poll or a wait that was interrupted would now fail with EINTR, as it may not after any handler, even with
 * SA_RESTART (signal(7)): the thread would leave the place where its core and its service want it. So it repeats the
 * call, with the number that the kernel told before.
 */
static void repeat_call(unsigned index, ucontext_t *context)
{
        if (threads[index].in_call)
                arch_repeat_call(context, threads[index].call, threads[index].first);
        else
                arch_repeat_call(context, ARCH_UNKNOWN_CALL,
                                 0); /* it ran when the kernel was asked, and has slept since */
}

static void has_answered(unsigned index)
{
        atomic_store(&threads[index].state, ANSWERED);
        if (atomic_fetch_add(&answered, 1) + 1 >= atomic_load(&awaited))
                (void)sys(__NR_futex, &answered, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1);
}

static void park(int signal, siginfo_t *info, void *context)
{
        const bool ours = info->si_code == SI_QUEUE && info->si_value.sival_ptr == PARK_MAGIC;
        const struct kernel_action *old = &before[signal == PARK_SIGNAL_2];
        int index = ours || signal == PARK_SIGNAL_2 ? find(sys_gettid()) : -1;

        if (!ours && old->handler != (void *)SIG_DFL && old->handler != (void *)SIG_IGN)
                ((void (*)(int, siginfo_t *, void *))old->handler)(signal, info, context);
        if (index < 0 || atomic_load(&threads[index].state) != ASKED)
                return;
        atomic_fetch_add(&inside, 1);
        repeat_call((unsigned)index, context);
        arch_registers(context, &threads[index].registers);
        has_answered((unsigned)index);
        while (atomic_load(&parking) && sys_now(CLOCK_MONOTONIC) < crash_now.end_ns) {
                const struct timespec second = {1, 0};

                (void)sys(__NR_futex, &parking, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 1, &second);
        }
        atomic_fetch_sub(&inside, 1);
}

static void borrow(unsigned which, int signal)
{
        const struct kernel_action action = {(void *)park, SA_SIGINFO | SA_ONSTACK | SA_RESTART | 0x04000000,
                                             (void *)arch_restore, ~guard.faults};

        struct kernel_action is;

        /* ours is still there after a crash whose threads did not all answer, and in a copy that was forked meanwhile */
        if (sys_sigaction(signal, NULL, &is) == 0 && is.handler != (void *)park)
                before[which] = is;
        borrowed[which] = sys_sigaction(signal, &action, NULL) == 0;
}

static void ask(int pid, int tid)
{
        unsigned index = atomic_load(&count);
        siginfo_t info = {.si_signo = park_signal(), .si_code = SI_QUEUE};
        long failed;

        threads[index].in_call = task_call(pid, tid, &threads[index].call, &threads[index].first);
        atomic_store(&threads[index].state, ASKED);
        atomic_store(&threads[index].tid, tid);
        atomic_store(&count, index + 1);
        info.si_pid = sys_getpid();
        info.si_value.sival_ptr = PARK_MAGIC;
        failed = sys(__NR_rt_tgsigqueueinfo, pid, tid, info.si_signo, &info);
        if (failed == -EAGAIN)
                failed = sys(__NR_tgkill, pid, tid, PARK_SIGNAL_2);
        if (failed < 0)
                atomic_store(&threads[index].state, NOT_ASKED);
        else
                atomic_fetch_add(&awaited, 1);
}

/* Asks every thread in the directory that was not asked yet. */
static void ask_all(struct crash *crash, int directory)
{
        static uint8_t entries[4096] __attribute__((aligned(8)));
        long size;

        while ((size = sys(__NR_getdents64, directory, entries, sizeof(entries))) > 0) {
                for (long at = 0; at < size;) {
                        const struct dirent64 *entry = (const void *)(entries + at);
                        int tid = 0;

                        for (const char *digit = entry->d_name; *digit >= '0' && *digit <= '9'; digit++)
                                tid = tid * 10 + *digit - '0';
                        at += entry->d_reclen;
                        if (!tid || tid == crash->facts.tid || find(tid) >= 0)
                                continue;
                        if (atomic_load(&count) == THREADS_MOST) {
                                crash->facts.degraded |= DEGRADED_MANY_THREADS;
                                return;
                        }
                        ask(crash->facts.pid, tid);
                }
        }
}

/* Inlined by every compiler, so that there is no call through a pointer, whose target scripts/wall would not see. */
static inline __attribute__((always_inline)) bool wait_until(_Atomic unsigned *word, bool (*enough)(void),
                                                             uint64_t until)
{
        while (!enough()) {
                uint64_t now = sys_now(CLOCK_MONOTONIC);
                unsigned is = atomic_load(word);
                struct timespec rest = {0, 1000000};

                if (now >= until)
                        return false;
                if (!enough())
                        (void)sys(__NR_futex, word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, is, &rest);
        }
        return true;
}

static bool all_answered(void)
{
        for (unsigned i = 0; i < atomic_load(&count); i++) {
                int asked = ASKED;

                if (atomic_load(&threads[i].state) != ASKED)
                        continue;
                if (sys(__NR_tgkill, crash_now.facts.pid, atomic_load(&threads[i].tid), 0) != -ESRCH &&
                    !task_is_deaf(crash_now.facts.pid, atomic_load(&threads[i].tid)))
                        return false;
                /* it ended before it answered, or is none of the program's */
                (void)atomic_compare_exchange_strong(&threads[i].state, &asked, GONE);
        }
        return true;
}

static bool none_inside(void)
{
        return atomic_load(&inside) == 0;
}

void threads_borrow(struct crash *crash)
{
        (void)crash;
        atomic_store(&count, 0);
        atomic_store(&answered, 0);
        atomic_store(&awaited, 0);
        if (!guard.all_threads)
                return;
        borrow(0, park_signal());
        borrow(1, PARK_SIGNAL_2);
        atomic_store(&parking, 1);
}

void threads_park(struct crash *crash)
{
        const uint64_t share = (crash->end_ns - crash->start_ns) / 50;
        char path[40];
        struct out to = out_into(path, sizeof(path));
        int directory;

        if (!guard.all_threads)
                return;
        out_text(&to, "/proc/");
        out_number(&to, crash->facts.pid);
        out_text(&to, "/task");
        directory = sys_open(path, O_RDONLY | O_DIRECTORY, 0);
        if (directory < 0) {
                crash->facts.degraded |= DEGRADED_NO_THREADS;
                return;
        }
        ask_all(crash, directory);
        if (atomic_load(&count)) {
                /* those that were made meanwhile */
                (void)sys(__NR_lseek, directory, 0, SEEK_SET);
                ask_all(crash, directory);
        }
        (void)sys_close(directory); /* was only read */
        if (!wait_until(&answered, all_answered, sys_now(CLOCK_MONOTONIC) + share))
                crash->facts.degraded |= DEGRADED_THREADS_LATE;
}

void threads_release(struct crash *crash)
{
        const int signals[] = {park_signal(), PARK_SIGNAL_2};
        bool all_out, stays;

        if (!borrowed[0] && !borrowed[1])
                return;
        atomic_store(&parking, 0);
        (void)sys(__NR_futex, &parking, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, INT32_MAX);
        all_out = wait_until(&inside, none_inside, sys_now(CLOCK_MONOTONIC) + (crash->end_ns - crash->start_ns) / 50);
        /* a signal that is still on its way must not meet the default action, which for 33 is to kill: then our handler
         * stays, which does nothing any more and passes on what is libc's */
        stays = !all_out || !all_answered();
        for (unsigned i = 0; i < 2; i++) {
                if (borrowed[i] && !stays)
                        (void)sys_sigaction(signals[i], &before[i], NULL);
                borrowed[i] = false;
        }
}

void threads_offer(const void *context)
{
        int index = atomic_load(&parking) ? find(sys_gettid()) : -1;

        if (index < 0 || atomic_load(&threads[index].state) != ASKED)
                return;
        arch_registers(context, &threads[index].registers);
        has_answered((unsigned)index);
}

/* The index of the which-th thread that is still there, or -1. */
static int still_there(unsigned which)
{
        for (unsigned index = 0; index < atomic_load(&count); index++)
                if (atomic_load(&threads[index].state) != GONE && !which--)
                        return (int)index;
        return -1;
}

bool threads_facts(unsigned which, struct thread_facts *to)
{
        int index = still_there(which);

        if (index < 0)
                return false;
        *to = (struct thread_facts){.tid = atomic_load(&threads[index].tid)};
        to->answered = atomic_load(&threads[index].state) == ANSWERED;
        task_name(crash_now.facts.pid, to->tid, to->name);
        if (!to->answered)
                task_doing(crash_now.facts.pid, to->tid, to->doing, sizeof(to->doing));
        return true;
}

bool threads_stack(unsigned which, struct thread_stack *to)
{
        int index = still_there(which);

        if (index < 0)
                return false;
        *to = (struct thread_stack){.tid = atomic_load(&threads[index].tid)};
        if (atomic_load(&threads[index].state) == ANSWERED)
                to->registers = threads[index].registers;
        return true;
}
