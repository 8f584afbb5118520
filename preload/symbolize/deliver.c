/* Writes the report to a file that is there whole or not at all. */
#define _GNU_SOURCE /* O_TMPFILE */
#include "deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int write_all(int fd, const char *text)
{
        size_t length = strlen(text);

        while (length) {
                ssize_t written = write(fd, text, length);

                if (written < 0 && errno != EINTR)
                        return -errno;
                if (written > 0) {
                        text += written;
                        length -= (size_t)written;
                }
        }
        return 0;
}

/* sigguard-PROGRAM-PID-TIMESTAMP; the program's name may hold anything. */
static void make_name(const struct report *report, char *name, size_t room)
{
        const struct crash_facts *facts = &report->facts;
        time_t seconds = (time_t)(facts->time_ns / 1000000000u);
        char program[sizeof(facts->program)], when[32];
        struct tm utc;
        size_t i;

        for (i = 0; facts->program[i]; i++) {
                unsigned char c = (unsigned char)facts->program[i];

                program[i] = '_';
                if (c > ' ' && c < 0x7f && c != '/')
                        program[i] = (char)c;
        }
        program[i] = 0;
        gmtime_r(&seconds, &utc);
        strftime(when, sizeof(when), "%Y%m%dT%H%M%S", &utc);
        snprintf(name, room, "sigguard-%s-%d-%s.%03uZ%s", program[0] ? program : "unknown", facts->pid, when,
                 (unsigned int)(facts->time_ns / 1000000u % 1000u), facts->want & WANT_JSON ? ".json" : ".txt");
}

/* Some file systems have no O_TMPFILE: a temporary name then, taken away again if anything fails. */
static int open_temporary(int directory, char *temporary, size_t room, const char *name)
{
        int unnamed = openat(directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600), fd;

        temporary[0] = 0;
        if (unnamed >= 0)
                return unnamed;
        snprintf(temporary, room, ".%s.part", name);
        fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0)
                return -errno;
        return fd;
}

static int put_in_place(int directory, int fd, const char *temporary, const char *name)
{
        char self[64];

        if (temporary[0])
                return renameat(directory, temporary, directory, name) ? -errno : 0;
        snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
        if (!linkat(AT_FDCWD, self, directory, name, AT_SYMLINK_FOLLOW))
                return 0;
        return -errno;
}

static int write_file(const struct report *report, const char *text, int directory, bool by_name)
{
        char name[256], temporary[264];
        int error;

        make_name(report, name, sizeof(name));
        int fd = by_name ? -EOPNOTSUPP : open_temporary(directory, temporary, sizeof(temporary), name);

        if (by_name) {
                snprintf(temporary, sizeof(temporary), ".%s.part", name);
                fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
                fd = fd < 0 ? -errno : fd;
        }
        if (fd < 0)
                return fd;
        error = report->facts.want & WANT_JSON ? 0 : write_all(fd, report->facts.head);
        if (!error && !(report->facts.want & WANT_JSON))
                error = write_all(fd, "\n");
        if (!error)
                error = write_all(fd, text);
        if (!error)
                error = put_in_place(directory, fd, temporary, name);
        if (error && temporary[0])
                (void)unlinkat(directory, temporary, 0);
        /* Network file systems tell of a full disk only now. */
        if (close(fd) && !error)
                error = -errno;
        return error;
}

int deliver_file(const struct report *report, const char *text)
{
        int directory = open(report->facts.report_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int error;

        if (directory < 0)
                return -errno;
        error = write_file(report, text, directory, false);
        /* Linking an unnamed file needs /proc. */
        if (error == -ENOENT)
                error = write_file(report, text, directory, true);
        close(directory);
        return error;
}
