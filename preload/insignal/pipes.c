/* SIGPIPE: which write it was, and when a filter has to end of it after all. */
#include "insignal/pipes.h"

#include <stdatomic.h>

#include "insignal/guard.h"
#include "insignal/log.h"

#define MOST_IN_A_ROW 10000

/* The kernel sends it in the name of the writing process itself (fs/pipe.c: send_sig(SIGPIPE, current, 0)). */
static bool is_own_write(const siginfo_t *info)
{
        return info->si_code == SI_KERNEL || (info->si_code == SI_USER && info->si_pid == sys_getpid());
}

/* The descriptor that was written to, as far as the registers tell; -1 also where the first argument is the source
 * (splice), which shows by its other end being there. */
static int written_to(const void *context)
{
        struct pollfd is = {.fd = arch_broken_fd(context), .events = POLLOUT};

        return is.fd >= 0 && sys_poll(&is, 1, 0) > 0 && is.revents & (POLLERR | POLLHUP | POLLNVAL) ? is.fd : -1;
}

static const char *kind_of(int fd)
{
        int domain = 0, size = sizeof(domain);
        struct stat is;

        if (sys_fstat(fd, &is) < 0)
                return "closed meanwhile";
        if (S_ISFIFO(is.st_mode))
                return "pipe";
        if (!S_ISSOCK(is.st_mode))
                return "not a socket any more";
        if (sys(__NR_getsockopt, fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0)
                return "socket";
        if (domain == AF_INET || domain == AF_INET6)
                return "TCP socket";
        return domain == AF_UNIX ? "UNIX socket" : "socket";
}

bool pipes_name(struct out *to, const siginfo_t *info, const void *context)
{
        int fd = written_to(context);

        if (!is_own_write(info))
                return false;
        out_text(to, " in thread ");
        out_number(to, sys_gettid());
        if (fd < 0) {
                out_text(to, ": its own write to a closed pipe or connection");
                return true;
        }
        out_text(to, ": write to fd ");
        out_number(to, fd);
        out_text(to, " (");
        out_text(to, kind_of(fd));
        out_char(to, ')');
        return true;
}

/* A pipe or UNIX socket whose other end is gone. */
static bool is_dead(int fd)
{
        struct pollfd is = {.fd = fd, .events = POLLOUT};
        struct stat kind;
        int domain = AF_UNIX, size = sizeof(domain);

        if (sys_fstat(fd, &kind) < 0 || !(S_ISFIFO(kind.st_mode) || S_ISSOCK(kind.st_mode)))
                return false;
        if (S_ISSOCK(kind.st_mode) &&
            (sys(__NR_getsockopt, fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0 || domain != AF_UNIX))
                return false;
        return sys_poll(&is, 1, 0) > 0 && is.revents & (POLLERR | POLLHUP);
}

/* 1 or 2 if this was a write to a dead stdout or stderr, else 0. Where the registers do not tell, either may be it. */
static int dead_output(const void *context)
{
        int fd = written_to(context);

        for (int output = 1; output <= 2; output++)
                if ((fd < 0 || fd == output) && is_dead(output))
                        return output;
        return 0;
}

bool pipes_end(const siginfo_t *info, const void *context)
{
        static _Atomic unsigned in_a_row;
        static _Atomic int last;
        struct line line;
        int output;

        if (!is_own_write(info))
                return false;
        output = dead_output(context);
        if (atomic_exchange(&last, output) != output || !output)
                atomic_store(&in_a_row, 0);
        if (!output)
                return false;
        if (guard.tool)
                return true;
        if (atomic_fetch_add(&in_a_row, 1) + 1 < MOST_IN_A_ROW)
                return false;
        line_begin(&line, LEVEL_ERROR, SIGPIPE);
        out_text(&line.words, "10000 SIGPIPEs in a row from writes to fd ");
        out_number(&line.words, output);
        out_text(&line.words, ", which nobody reads: it ends of this one, as by default");
        log_line(&line);
        return true;
}
