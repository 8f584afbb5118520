/* System calls by name, made directly: every one is safe in a signal handler and answers 0.. or a negative errno. */
#ifndef SIGGUARD_SYS_H
#define SIGGUARD_SYS_H

#include <asm/unistd.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>

#include "arch/arch.h"

#define SYS_PICK(_1, _2, _3, _4, _5, _6, _7, NAME, ...) NAME
#define SYS_LONG(x) ((long)(x))
#define SYS7(n, a, b, c, d, e, f)                                                                                      \
        arch_call(n, SYS_LONG(a), SYS_LONG(b), SYS_LONG(c), SYS_LONG(d), SYS_LONG(e), SYS_LONG(f))
#define SYS6(n, a, b, c, d, e) SYS7(n, a, b, c, d, e, 0)
#define SYS5(n, a, b, c, d) SYS7(n, a, b, c, d, 0, 0)
#define SYS4(n, a, b, c) SYS7(n, a, b, c, 0, 0, 0)
#define SYS3(n, a, b) SYS7(n, a, b, 0, 0, 0, 0)
#define SYS2(n, a) SYS7(n, a, 0, 0, 0, 0, 0)
#define SYS1(n) SYS7(n, 0, 0, 0, 0, 0, 0)
/* sys(__NR_read, fd, buffer, size): any call that needs no wrapper of its own below. */
#define sys(...) SYS_PICK(__VA_ARGS__, SYS7, SYS6, SYS5, SYS4, SYS3, SYS2, SYS1, )(__VA_ARGS__)

/* A signal set as the kernel has it: bit N-1 is signal N. */
typedef uint64_t signal_set;

static inline signal_set set_of(int signal)
{
        return (signal_set)1 << (signal - 1);
}

/* A disposition as the kernel has it (include/uapi/asm-generic/signal.h); x86_64 and aarch64 agree. */
struct kernel_action {
        void *handler; /* SIG_DFL, SIG_IGN or a function */
        uint64_t flags;
        void *restorer;
        signal_set mask;
};

static inline long sys_sigaction(int signal, const struct kernel_action *action, struct kernel_action *old)
{
        return sys(__NR_rt_sigaction, signal, action, old, sizeof(signal_set));
}

/* how: SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK; set and old may be null. */
static inline long sys_sigprocmask(int how, const signal_set *set, signal_set *old)
{
        return sys(__NR_rt_sigprocmask, how, set, old, sizeof(signal_set));
}

/* What waits for this thread and what waits for the process. */
static inline signal_set sys_pending(void)
{
        signal_set set = 0;

        (void)sys(__NR_rt_sigpending, &set, sizeof(set)); /* cannot fail with a good pointer */
        return set;
}

static inline int sys_getpid(void)
{
        return (int)sys(__NR_getpid);
}

static inline int sys_gettid(void)
{
        return (int)sys(__NR_gettid);
}

/* Nanoseconds; clock: CLOCK_MONOTONIC or CLOCK_REALTIME. */
static inline uint64_t sys_now(int clock)
{
        struct timespec now = {0, 0};

        (void)sys(__NR_clock_gettime, clock, &now); /* these two clocks cannot fail */
        return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline long sys_poll(struct pollfd *fds, unsigned count, uint64_t timeout_ns)
{
        struct timespec timeout = {(time_t)(timeout_ns / 1000000000u), (long)(timeout_ns % 1000000000u)};

        return sys(__NR_ppoll, fds, count, &timeout, 0, 0);
}

/* flags as open(2), plus O_CLOEXEC always. */
static inline int sys_open(const char *path, int flags, int mode)
{
        return (int)sys(__NR_openat, -100, path, flags | 02000000, mode);
}

static inline int sys_close(int fd)
{
        return (int)sys(__NR_close, fd);
}

static inline long sys_read(int fd, void *to, size_t size)
{
        return sys(__NR_read, fd, to, size);
}

static inline int sys_fstat(int fd, struct stat *to)
{
        return (int)sys(__NR_fstat, fd, to);
}

#endif
