/* Sends the report to journald as one entry with fields (systemd: "Native Journal Protocol"). */
#define _GNU_SOURCE /* memfd_create */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "deliver.h"

#define SOCKET "/run/systemd/journal/socket"

/* A value with newlines: the name, a newline, its length as 64 little-endian bits, the value. */
static void put_long(FILE *out, const char *name, const char *value, const char *more)
{
        uint64_t length = htole64(strlen(value) + (more ? strlen(more) + 1 : 0));

        fprintf(out, "%s\n", name);
        fwrite(&length, sizeof(length), 1, out);
        fputs(value, out);
        if (more)
                fprintf(out, "\n%s", more);
        fputc('\n', out);
}

static bool send_datagram(int fd, const struct iovec *part, int passed)
{
        struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = SOCKET};
        union {
                struct cmsghdr header;
                char bytes[CMSG_SPACE(sizeof(int))];
        } control = {0};
        struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof(to)};

        if (passed >= 0) {
                message.msg_control = &control;
                message.msg_controllen = sizeof(control);
                control.header.cmsg_level = SOL_SOCKET;
                control.header.cmsg_type = SCM_RIGHTS;
                control.header.cmsg_len = CMSG_LEN(sizeof(int));
                memcpy(CMSG_DATA(&control.header), &passed, sizeof(passed));
        } else {
                message.msg_iov = (struct iovec *)part;
                message.msg_iovlen = 1;
        }
        return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

/* What is too large for a datagram goes as a sealed memory file. */
static bool send_file(int fd, const struct iovec *part)
{
        int file = memfd_create("sigguard-report", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        bool sent = false;

        if (file < 0)
                return false;
        if (write(file, part->iov_base, part->iov_len) == (ssize_t)part->iov_len &&
            !fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL))
                sent = send_datagram(fd, NULL, file);
        close(file);
        return sent;
}

/*
 * journald looks for the sender's unit in /proc when it has the entry in hand; an entry of a sender that has ended is in
 * no unit's journal. It takes one datagram after the other and passes over an empty one (systemd's journald-server.c), so
 * the entry is filed when nothing of ours is queued any more (unix(7), SIOCOUTQ).
 */
static void wait_until_filed(int fd, uint64_t until_ns)
{
        const struct timespec millisecond = {0, 1000000};
        const struct iovec nothing = {"", 0};
        struct timespec now;
        int queued = send_datagram(fd, &nothing, -1);

        do {
                nanosleep(&millisecond, NULL);
                clock_gettime(CLOCK_MONOTONIC, &now);
        } while ((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec < until_ns &&
                 !ioctl(fd, TIOCOUTQ, &queued) && queued > 0);
}

bool deliver_journal(const struct report *report, const char *text)
{
        char *entry = NULL;
        size_t length;
        FILE *out = open_memstream(&entry, &length);
        bool sent = false;

        if (!out)
                return false;
        fprintf(out, "PRIORITY=2\nSYSLOG_IDENTIFIER=%s\nSIGGUARD_SIGNAL=%s\nSIGGUARD_PID=%d\nSIGGUARD_TID=%d\n",
                "sigguard", report_signal_name(report->facts.signal), report->facts.pid, report->facts.tid);
        put_long(out, "MESSAGE", report->facts.head, report->facts.want & WANT_JSON ? NULL : text);
        put_long(out, "SIGGUARD_REPORT", text, NULL);
        if (!fclose(out)) {
                int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
                struct iovec part = {entry, length};

                sent = fd >= 0 && (send_datagram(fd, &part, -1) ||
                                   ((errno == EMSGSIZE || errno == ENOBUFS) && send_file(fd, &part)));
                if (sent)
                        wait_until_filed(fd, report_from_now(report, 25));
                if (fd >= 0)
                        close(fd);
        }
        free(entry);
        return sent;
}
