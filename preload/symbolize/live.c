/* A living process, read through /proc (proc(5)). */
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../protocol.h"

static int opened, memory = -1, maps = -1;

static int or_error(int result)
{
        return result < 0 ? -errno : result;
}

static int open_file(const char *name)
{
        char path[4200];

        snprintf(path, sizeof(path), "/proc/%d/%s", opened, name);
        return or_error(open(path, O_RDONLY | O_CLOEXEC));
}

int live_pid(void)
{
        return opened;
}

int live_open(int pid)
{
        int old[] = {memory, maps};

        for (size_t i = 0; i < 2; i++)
                if (old[i] >= 0)
                        close(old[i]);
        maps = -1;
        opened = pid;
        memory = open_file("mem");
        return memory == -ENOENT ? -ESRCH : memory < 0 ? memory : 0;
}

/* The readable prefix; the kernel answers EIO where there is nothing. */
static long read_memory(uint64_t address, uint32_t length, void *to)
{
        ssize_t got = pread(memory, to, length, (off_t)address);

        return got < 0 ? -errno : got;
}

static long read_file(const char *name, void *to, size_t room)
{
        int fd = open_file(name);
        ssize_t got = fd < 0 ? fd : read(fd, to, room);

        if (got < 0 && fd >= 0)
                got = -errno;
        if (fd >= 0)
                close(fd);
        return got;
}

/* In order from 0, as the protocol asks for it. */
static long read_maps(uint64_t offset, void *to, size_t room)
{
        ssize_t got;

        if (!offset) {
                if (maps >= 0)
                        close(maps);
                maps = open_file("maps");
        }
        got = maps < 0 ? maps : read(maps, to, room);
        return got < 0 && maps >= 0 ? -errno : got;
}

long live_ask(uint32_t kind, uint64_t address, uint32_t length, void *to, size_t room)
{
        switch (kind) {
        case ASK_MEMORY:
                return read_memory(address, length < room ? length : (uint32_t)room, to);
        case ASK_MAPS:
                return read_maps(address, to, room);
        case ASK_AUXV:
                return read_file("auxv", to, room);
        default:
                return -ENOSYS;
        }
}

/* In maps the path of a chroot's file begins with that of the chroot; in a container with a root of its own it does not. */
static const char *without_root(const char *path)
{
        char link[32], root[4096];
        ssize_t length;

        snprintf(link, sizeof(link), "/proc/%d/root", opened);
        length = readlink(link, root, sizeof(root));
        return length > 1 && !strncmp(path, root, (size_t)length) && path[length] == '/' ? path + length : path;
}

int live_file(const char *path)
{
        char name[4128];

        if (!opened)
                return -ENOENT;
        if (!path)
                return open_file("exe");
        snprintf(name, sizeof(name), "root%s", without_root(path));
        return open_file(name);
}

bool live_status(const char *name, char *to, size_t room)
{
        char text[4096], *line, *rest;
        size_t length = strlen(name);
        long got = read_file("status", text, sizeof(text) - 1);

        if (got <= 0)
                return false;
        text[got] = 0;
        for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
                if (!strncmp(line, name, length) && line[length] == ':') {
                        snprintf(to, room, "%s", line + length + 1 + strspn(line + length + 1, " \t"));
                        return true;
                }
        return false;
}
