/* Our own lines: where they go, and how to write without being killed or kept waiting. */
#include "insignal/log.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/un.h>

#include "insignal/words.h"
#include "memory.h"

#define PIECE 4096 /* PIPE_BUF: pipe(7) takes so much whole or not at all */

static _Atomic uint64_t lost, told;

/*
 * One write that does not wait. A socket takes MSG_DONTWAIT. A pipe is polled and then written with RWF_NOWAIT, since
 * another writer may fill it in between; files and terminals that do not know the flag are written plainly.
 */
static long write_now(int fd, const char *bytes, size_t size, unsigned *wait_ms)
{
        struct pollfd ready = {.fd = fd, .events = POLLOUT};
        struct iovec part = {(void *)(uintptr_t)bytes, size};
        struct stat kind;
        uint64_t start = sys_now(CLOCK_MONOTONIC);
        uint64_t spent;
        long done = sys_poll(&ready, 1, (uint64_t)*wait_ms * 1000000u);

        spent = (sys_now(CLOCK_MONOTONIC) - start) / 1000000u;
        *wait_ms = spent < *wait_ms ? *wait_ms - (unsigned)spent : 0;
        if (done == -EINVAL)
                ready.revents = POLLOUT; /* RLIMIT_NOFILE is 0 (poll(2)): what follows does not wait either */
        else if (done < 0 || ready.revents & POLLNVAL)
                return done < 0 ? done : -EBADF;
        if (!(ready.revents & POLLOUT))
                return ready.revents ? -EPIPE : -EAGAIN;
        done = sys(__NR_sendto, fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT, 0, 0);
        if (done != -ENOTSOCK)
                return done;
        done = sys(__NR_pwritev2, fd, &part, 1, -1, -1, RWF_NOWAIT);
        if (done == -EAGAIN && sys_fstat(fd, &kind) == 0 && !S_ISFIFO(kind.st_mode))
                done = -EOPNOTSUPP; /* a file that must be allocated first: that is no reader to wait for */
        if (done == -EOPNOTSUPP || done == -ENOSYS || done == -EINVAL || done == -ESPIPE)
                done = sys(__NR_write, fd, bytes, size);
        return done;
}

int log_write(int fd, const char *bytes, size_t size, unsigned wait_ms)
{
        const signal_set ours = set_of(SIGPIPE) | set_of(SIGXFSZ) | set_of(SIGTTOU);
        const struct timespec at_once = {0, 0};
        signal_set before, caused;
        bool blocked;
        long done = 0;

        blocked = sys_sigprocmask(SIG_BLOCK, &ours, &before) == 0; /* some filters allow only SIG_SETMASK (tor's) */
        caused = ours & ~sys_pending();
        while (size && done >= 0) {
                done = write_now(fd, bytes, size < PIECE ? size : PIECE, &wait_ms);
                if (done == -EINTR)
                        done = 0;
                if (done > 0) {
                        bytes += done;
                        size -= (size_t)done;
                }
        }
        caused &= sys_pending();
        if (caused)
                (void)sys(__NR_rt_sigtimedwait, &caused, 0, &at_once, sizeof(caused)); /* only to consume it */
        if (blocked)
                (void)sys_sigprocmask(SIG_SETMASK, &before, 0);
        return done < 0 ? (int)done : 0;
}

/* On journald's stream each line may carry its priority (sd-daemon(3)); JOURNAL_STREAM says which stream that is. */
static bool journal_stream(int fd)
{
        struct stat is;

        return guard.journal_ino && sys_fstat(fd, &is) == 0 && is.st_dev == guard.journal_dev &&
               is.st_ino == guard.journal_ino;
}

/* A connection to somebody, or a file that is read as well and written in any place. */
static bool holds_data(int fd, const struct stat *is)
{
        int domain = AF_UNIX, size = sizeof(domain);

        if (S_ISSOCK(is->st_mode))
                return sys(__NR_getsockopt, fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain != AF_UNIX;
        return (S_ISREG(is->st_mode) || S_ISBLK(is->st_mode)) &&
               (sys(__NR_fcntl, fd, F_GETFL) & (O_ACCMODE | O_APPEND)) == O_RDWR;
}

/* A daemon that closes its standard error gets that number again for the next file or connection that it opens. */
int log_stderr(void)
{
        struct stat is;

        if (sys_fstat(2, &is) < 0)
                return -EBADF;
        return (is.st_dev != guard.error_dev || is.st_ino != guard.error_ino) && holds_data(2, &is) ? -EBADF : 2;
}

/* Where all falls back on: where there is no journal, and a file that cannot be opened any more (setuid, chroot). */
static int open_stderr(bool *priority)
{
        *priority = journal_stream(2);
        return log_stderr();
}

/* Of the crash whose lines the file did not take: when it was. Its other lines need not be tried there. */
static _Atomic uint64_t not_taken;

int log_open(const struct crash_facts *crash, bool *priority)
{
        int fd = -ENOENT;

        *priority = false;
        if (guard.log == LOG_NONE)
                return fd;
        if (guard.log == LOG_FILE && !(crash && crash->time_ns && crash->time_ns == atomic_load(&not_taken)))
                fd = sys_open(guard_paths.log, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK, 0640);
        return fd >= 0 ? fd : open_stderr(priority);
}

void log_close(int fd)
{
        if (fd != 2 && fd >= 0)
                (void)sys_close(fd); /* nothing is buffered in it */
}

/*
 * One datagram in systemd's native journal protocol: a value that may hold newlines comes behind its length, 64 bit
 * little endian, which is the byte order of every machine that we know.
 */
static int log_journal(const char *text, enum log_level level, int signal)
{
        static const struct sockaddr_un journal = {AF_UNIX, "/run/systemd/journal/socket"};
        char fields[] = "PRIORITY=?\nSYSLOG_IDENTIFIER=sigguard\nMESSAGE\n";
        char last[40];
        struct out named = out_into(last, sizeof(last));
        uint64_t length = strlen(text);
        struct iovec parts[] = {
                {fields, sizeof(fields) - 1}, {&length, 8}, {(void *)(uintptr_t)text, length}, {last, 0}};
        struct msghdr message = {.msg_name = (void *)(uintptr_t)&journal,
                                 .msg_namelen = sizeof(journal),
                                 .msg_iov = parts,
                                 .msg_iovlen = 4};
        int fd = (int)sys(__NR_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        long done;

        if (fd < 0)
                return fd;
        fields[9] = line_mark(level);
        out_text(&named, "\nSIGGUARD_SIGNAL=");
        words_signal(&named, signal);
        out_char(&named, '\n');
        parts[3].iov_len = out_length(&named);
        done = sys(__NR_sendmsg, fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        (void)sys_close(fd); /* a datagram is not buffered in it */
        return done < 0 ? (int)done : 0;
}

/* Line by line, because each of them needs something around it. Only the thread that owns the crash comes here. */
static int report_lines(int fd, bool marked, const char *lines, const struct crash_facts *crash, unsigned wait_ms)
{
        static struct line line;
        int done = 0;

        while (*lines && done == 0) {
                const char *start;
                size_t size;

                line_open(&line, LEVEL_CRITICAL, crash->signal, crash->time_ns);
                while (*lines && *lines != '\n' && line_has_room(&line))
                        out_char(&line.words, *lines++);
                lines += *lines == '\n';
                start = line_end(&line, marked, &size);
                done = log_write(fd, start, size, wait_ms);
        }
        return done;
}

static int report_to(int fd, bool marked, const char *lines, const struct crash_facts *crash, unsigned wait_ms)
{
        int done;

        if (fd < 0)
                return fd;
        if (marked || line_is_json())
                done = report_lines(fd, marked, lines, crash, wait_ms);
        else
                done = log_write(fd, lines, strlen(lines), wait_ms);
        log_close(fd);
        return done;
}

/* The disk is full, or the like: a crash must be told somewhere, and why it is told there, once. */
static int report_to_stderr(const char *lines, const struct crash_facts *crash, unsigned wait_ms)
{
        static char why[GUARD_PATH + 128];
        struct out to = out_into(why, sizeof(why));
        bool marked;
        int fd = open_stderr(&marked);

        if (atomic_exchange(&not_taken, crash->time_ns) != crash->time_ns) {
                out_text(&to, "sigguard: SIGGUARD_LOG: \"");
                out_escaped_path(&to, guard_paths.log);
                out_text(&to, "\": could not be written (the report is on stderr instead)\n");
                (void)report_to(fd, marked, why, crash, wait_ms); /* the lines are more important */
        }
        return report_to(fd, marked, lines, crash, wait_ms);
}

int log_report(const char *lines, const struct crash_facts *crash, unsigned wait_ms)
{
        bool marked = false;
        int fd, done;

        if (guard.log == LOG_NONE)
                return 0;
        if (guard.log == LOG_JOURNAL && log_journal(lines, LEVEL_CRITICAL, crash->signal) == 0)
                return 0;
        fd = log_open(crash, &marked);
        done = report_to(fd, marked, lines, crash, wait_ms);
        if (done < 0 && guard.log == LOG_FILE)
                done = report_to_stderr(lines, crash, wait_ms);
        return done;
}

void log_line(struct line *line)
{
        uint64_t missing = atomic_load(&lost);
        uint64_t already = atomic_load(&told);
        int fd, done = -ENOENT;

        if (line->level > guard.level || guard.log == LOG_NONE)
                return;
        if (missing > already) {
                out_text(&line->words, " (lines lost before this one: ");
                out_number(&line->words, (int64_t)(missing - already));
                out_char(&line->words, ')');
        }
        if (guard.log == LOG_JOURNAL)
                done = log_journal(line->words.start, line->level, line->signal);
        if (done < 0) {
                bool marked;
                const char *start;
                size_t size;

                fd = log_open(NULL, &marked);
                start = line_end(line, marked, &size);
                done = fd < 0 ? fd : log_write(fd, start, size, 0);
                log_close(fd);
        }
        if (done < 0)
                atomic_fetch_add(&lost, 1);
        else if (missing > already)
                atomic_store(&told, missing);
}
