/*
 * The helper: started from the file that is installed with the library, else from a memfd that gets the bytes which the
 * library carries. To write, map and free 2 MB of memory takes 1.1 ms, and to run the file 0.5 in all (measured).
 */
#include "insignal/helper.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "insignal/helper_file.h"
#include "insignal/log.h"

#define IMAGE_FD 6

#ifndef MFD_EXEC
#define MFD_EXEC 0x10u
#endif

/* The bytes: a read-only part of the library that no page of is touched before a crash. */
__asm__(".pushsection .sigguard_helper, \"a\", %progbits\n\t"
        ".balign 4096\n\t"
        ".hidden helper_image\n\t.hidden helper_image_size\n\t"
        ".globl helper_image\n\t.globl helper_image_size\n"
        "helper_image:\n\t.incbin \"" HELPER_PATH "\"\n"
        "1:\t.balign 8\n"
        "helper_image_size:\n\t.quad 1b - helper_image\n\t"
        ".popsection");
extern __attribute__((visibility("hidden"))) const uint8_t helper_image[];
extern __attribute__((visibility("hidden"))) const uint64_t helper_image_size;

static uint8_t stack[8192] __attribute__((aligned(64)));

/*
 * The watcher's descriptors are a copy of the service's: all are closed at once, which makes room where the service
 * has used up its own, and keeps no socket open behind its back.
 */
static void close_inherited(int first, int last)
{
        struct rlimit limit = {1024, 1024};

        if (sys(__NR_close_range, first, last, 0) == 0)
                return;
        (void)sys(__NR_getrlimit, RLIMIT_NOFILE, &limit); /* before Linux 5.9: one by one */
        for (int fd = first; fd <= last && (rlim_t)fd < limit.rlim_cur && fd < 65536; fd++)
                (void)sys_close(fd);
}

static void open_output(const struct crash_facts *crash)
{
        bool priority;
        int fd;

        if (guard.log == LOG_NONE || log_stderr() < 0 || sys(__NR_dup3, 2, PROTOCOL_OUT_FD, 0) < 0)
                (void)sys_close(PROTOCOL_OUT_FD); /* nothing to write to */
        close_inherited(0, PROTOCOL_OUT_FD - 1);
        close_inherited(PROTOCOL_OUT_FD + 1, INT32_MAX);
        if (guard.log != LOG_FILE)
                return;
        fd = log_open(crash, &priority);
        if (fd >= 0) { /* else it stays stderr, as for all our lines */
                (void)sys(__NR_dup3, fd, PROTOCOL_OUT_FD, 0);
                (void)sys_close(fd);
        }
}

static int open_pair(void)
{
        int pair[2];
        long failed = sys(__NR_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);

        if (failed < 0)
                return (int)failed;
        failed = sys(__NR_dup3, pair[0], HELPER_SERVER_FD, O_CLOEXEC);
        if (failed >= 0)
                failed = sys(__NR_dup3, pair[1], PROTOCOL_FD, 0);
        for (unsigned i = 0; i < 2; i++)
                if (pair[i] != HELPER_SERVER_FD && pair[i] != PROTOCOL_FD)
                        (void)sys_close(pair[i]);
        return failed < 0 ? (int)failed : 0;
}

/* What nobody may read, the kernel starts non-dumpable, and nobody of the same uid can ptrace it (exec.c). */
static bool is_dumpable(void)
{
        return sys(__NR_prctl, PR_GET_DUMPABLE) == 1;
}

static int write_image(void)
{
        uint64_t written = 0;
        long done = sys(__NR_memfd_create, "sigguard-symbolize", MFD_CLOEXEC | MFD_EXEC);

        if (done == -EINVAL)
                done = sys(__NR_memfd_create, "sigguard-symbolize", MFD_CLOEXEC); /* before Linux 6.3 */
        if (done >= 0)
                done = sys(__NR_dup3, (int)done, IMAGE_FD, O_CLOEXEC);
        while (done >= 0 && written < helper_image_size) {
                done = sys(__NR_write, IMAGE_FD, helper_image + written, helper_image_size - written);
                if (done == 0)
                        done = -ENOSPC;
                written += done > 0 ? (uint64_t)done : 0;
        }
        if (done >= 0 && !is_dumpable())
                done = sys(__NR_fchmod, IMAGE_FD, 0111);
        return done < 0 ? (int)done : 0;
}

/* In the child that becomes the helper: memory is still shared, the watcher sleeps until exec or exit (CLONE_VFORK). */
static void become_helper(void)
{
        static const char *const arguments[] = {"sigguard-symbolize", "--crash", NULL};
        static const char *const environment[] = {NULL};
        long failed;
        int fd;

        (void)sys(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL);
        /* the memory cgroup's killer shall take us before the service; a vfork child changes only itself here */
        fd = sys_open("/proc/self/oom_score_adj", O_WRONLY, 0);
        if (fd >= 0)
                (void)sys(__NR_write, fd, "1000", 4);
        failed = sys(__NR_execveat, IMAGE_FD, "", arguments, environment, AT_EMPTY_PATH);
        if (failed < 0) /* before Linux 3.19, or refused by a filter that knows only the other call */
                failed = sys(__NR_execve, "/proc/self/fd/6", arguments, environment);
        atomic_store(&crash_now.spawn_error, (int)-failed);
        for (;;)
                sys(__NR_exit_group, 127);
}

static int spawn(void)
{
        const signal_set all = ~(signal_set)0;
        signal_set before;
        long pid;

        atomic_store(&crash_now.spawn_error, 0);
        /* what is sent to the whole unit must not end it: a fault of its own still does, and SIGKILL is our way */
        (void)sys_sigprocmask(SIG_SETMASK, &all, &before); /* cannot fail */
        /* its pid is known before it runs: should it be stopped before the exec, the handler's clock can still end it */
        pid = arch_clone(CLONE_VM | CLONE_VFORK | CLONE_PARENT_SETTID | SIGCHLD, stack + sizeof(stack),
                         (int *)&crash_now.helper, become_helper);
        (void)sys_sigprocmask(SIG_SETMASK, &before, NULL);
        if (pid < 0)
                return (int)pid;
        if (!atomic_load(&crash_now.spawn_error))
                return 0;
        (void)sys(__NR_wait4, pid, 0, 0, 0);
        atomic_store(&crash_now.helper, 0);
        return -atomic_load(&crash_now.spawn_error);
}

static bool open_installed(void)
{
        return helper_file_installed(helper_image, helper_image_size, IMAGE_FD);
}

static int spawn_carried(void)
{
        int failed = write_image();

        return failed < 0 ? failed : spawn();
}

static bool open_other(void)
{
        return helper_file_named(helper_image, helper_image_size, IMAGE_FD) || open_installed();
}

static int start_program(struct crash *crash)
{
        int failed = is_dumpable() && open_installed() ? spawn() : -ENOENT;

        if (failed < 0)
                failed = spawn_carried();
        if (failed < 0 && open_other() && spawn() == 0) {
                crash->facts.degraded |= DEGRADED_OTHER_HELPER;
                failed = 0;
        }
        return failed;
}

int helper_start(struct crash *crash)
{
        int failed;

        open_output(&crash->facts);
        failed = open_pair();
        if (failed < 0) {
                crash_failed("no socket for the helper", failed);
                return failed;
        }
        failed = start_program(crash);
        if (failed < 0)
                crash_failed("the helper could not be started", failed);
        (void)sys_close(PROTOCOL_FD);
        (void)sys_close(PROTOCOL_OUT_FD);
        (void)sys_close(IMAGE_FD);
        return failed;
}

void helper_end(struct crash *crash)
{
        int pid = atomic_load(&crash->helper);

        /* one that has said that it is done has nothing left to do; every other has lost its time */
        (void)sys(__NR_kill, pid, SIGKILL);
        (void)sys(__NR_wait4, pid, 0, 0, 0);
        atomic_store(&crash->helper, 0);
}
