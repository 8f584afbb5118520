/* Who sent a signal. */
#include "insignal/sender.h"

#include <fcntl.h>

#include "insignal/task.h"
#include "memory.h"
#include "sys.h"

static int open_of(int pid, const char *name)
{
        char path[40];
        struct out to = out_into(path, sizeof(path));

        out_text(&to, "/proc/");
        out_number(&to, pid);
        out_char(&to, '/');
        out_text(&to, name);
        return sys_open(path, O_RDONLY, 0);
}

static bool ends_with(const char *text, size_t length, const char *end)
{
        size_t size = strlen(end);

        return length > size && !memcmp(text + length - size, end, size);
}

/* The innermost part of a path that systemd names after a unit (systemd.slice(5)); slices only hold others. */
static void write_group(char *path, struct sender_facts *to)
{
        struct out group = out_into(to->group, sizeof(to->group));
        const char *unit = NULL;
        size_t length = strlen(path), most = sizeof(to->group) - sizeof("cgroup ...");

        for (const char *part = path; *part;) {
                size_t size;

                part++;
                for (size = 0; part[size] && part[size] != '/'; size++)
                        ;
                if (ends_with(part, size, ".service") || ends_with(part, size, ".scope"))
                        unit = part;
                part += size;
        }
        if (unit) {
                for (char *end = path + (unit - path); *end; end++)
                        if (*end == '/')
                                *end = 0;
                out_text(&group, "unit ");
                out_text(&group, unit);
                return;
        }
        out_text(&group, "cgroup ");
        if (length > most)
                out_text(&group, "...");
        out_text(&group, path + (length > most ? length - most : 0));
}

/*
 * One line of /proc/PID/cgroup (cgroups(7)): "0::PATH" of version 2, "4:memory:PATH" of version 1. How much it says:
 * a tree that systemd keeps says more than a controller's, and the root says nothing.
 */
static int worth(const char *line, const char *path)
{
        if (!path[0] || !path[1])
                return 0;
        if (text_after(line, "0::"))
                return 3;
        while (*line && *line != ':')
                line++;
        return text_after(line, ":name=systemd:") ? 2 : 1;
}

static char *path_in(char *line)
{
        for (int colons = 0; *line; line++)
                if (*line == ':' && ++colons == 2)
                        return line + 1;
        return line;
}

static void take_line(char *line, int *best, struct sender_facts *to)
{
        char *path = path_in(line);

        if (worth(line, path) <= *best)
                return;
        *best = worth(line, path);
        write_group(path, to);
}

static void learn_group(struct sender_facts *to)
{
        char text[320]; /* the handler's stack is small: of longer lines only the start counts */
        size_t size = 0;
        int fd = open_of(to->pid, "cgroup"), best = 0;
        bool rest = false; /* of a line that was too long */
        long got;

        while (fd >= 0 && (got = sys_read(fd, text + size, sizeof(text) - 1 - size)) > 0) {
                char *line = text, *end = text + size + got;

                *end = 0;
                for (char *at = text; at < end; at++) {
                        if (*at != '\n')
                                continue;
                        *at = 0;
                        if (!rest)
                                take_line(line, &best, to);
                        rest = false;
                        line = at + 1;
                }
                size = (size_t)(end - line);
                if (size == sizeof(text) - 1) {
                        if (!rest)
                                take_line(line, &best, to);
                        rest = true;
                        size = 0;
                }
                memmove(text, line, size);
        }
        if (fd >= 0)
                (void)sys_close(fd); /* was only read */
}

void sender_learn(const siginfo_t *info, struct sender_facts *to)
{
        *to = (struct sender_facts){0};
        if (info->si_code > 0 || info->si_code == SI_TIMER || info->si_pid <= 0)
                return;
        to->pid = info->si_pid;
        to->uid = (int32_t)info->si_uid;
        if (to->pid == sys_getpid())
                return;
        task_name(to->pid, to->pid, to->name); /* the process has the name of its first thread */
        learn_group(to);
}

void sender_words(struct out *to, const siginfo_t *info, const struct sender_facts *sender)
{
        if (info->si_code == SI_KERNEL) {
                out_text(to, "the kernel");
        } else if (info->si_code == SI_TIMER || info->si_code == SI_ASYNCIO || info->si_code == SI_SIGIO ||
                   info->si_code == SI_MESGQ) {
                out_text(to, "a timer or request of its own");
        } else if (info->si_pid == 0) {
                /* kernel/signal.c makes up the same numbers when it has no memory or no right to keep the true ones */
                out_text(to, "an unknown process (outside this pid namespace, or the queue of signals was full)");
        } else if (info->si_pid == sys_getpid()) {
                out_text(to, "itself");
        } else {
                out_text(to, "pid ");
                out_number(to, info->si_pid);
                if (sender->name[0]) {
                        out_text(to, " (");
                        out_escaped(to, sender->name);
                        out_char(to, ')');
                }
                out_text(to, ", uid ");
                out_number(to, (int64_t)info->si_uid);
                if (sender->group[0]) {
                        out_text(to, ", ");
                        out_escaped(to, sender->group);
                }
        }
}
