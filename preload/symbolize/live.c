/* A living process, read through /proc (proc(5)). */
#include "live.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../protocol.h"
#include "escape.h"
#include "live_threads.h"

static int opened, memory = -1, maps = -1;
static int through; /* the thread by which its memory and files are seen: a main thread that has ended has none */

static int or_error(int result)
{
        return result < 0 ? -errno : result;
}

static int open_of(int id, const char *name)
{
        char path[4200];

        snprintf(path, sizeof(path), "/proc/%d/%s", id, name);
        return or_error(open(path, O_RDONLY | O_CLOEXEC));
}

static int open_file(const char *name)
{
        return open_of(through, name);
}

static long read_of(int id, const char *name, void *to, size_t room)
{
        int fd = open_of(id, name);
        ssize_t got = fd < 0 ? fd : read(fd, to, room);

        if (got < 0 && fd >= 0)
                got = -errno;
        if (fd >= 0)
                close(fd);
        return got;
}

/* Line by line, since there is no most for their length: a process can be in 65536 groups. */
static bool find_value(int id, const char *file, const char *name, char *to, size_t room)
{
        int fd = open_of(id, file);
        FILE *lines = fd < 0 ? NULL : fdopen(fd, "r");
        size_t length = strlen(name), size = 0;
        char *line = NULL;
        bool found = false;

        while (lines && !found && getline(&line, &size, lines) > 0) {
                found = !strncmp(line, name, length) && line[length] == ':';
                if (found)
                        snprintf(to, room, "%s", line + length + 1 + strspn(line + length + 1, " \t"));
        }
        if (found)
                to[strcspn(to, "\n")] = 0;
        if (lines)
                fclose(lines);
        else if (fd >= 0)
                close(fd);
        free(line);
        return found;
}

/* A thread that has memory; pid itself if there is none. */
static int find_through(int pid)
{
        char path[32], size[32];
        struct dirent *entry;
        int found = find_value(pid, "status", "VmSize", size, sizeof(size)) ? pid : 0;
        DIR *threads;

        snprintf(path, sizeof(path), "/proc/%d/task", pid);
        threads = found ? NULL : opendir(path);
        while (threads && !found && (entry = readdir(threads))) {
                int tid = (int)strtol(entry->d_name, NULL, 10);

                if (tid > 0 && find_value(tid, "status", "VmSize", size, sizeof(size)))
                        found = tid;
        }
        if (threads)
                closedir(threads);
        return found ? found : pid;
}

int live_pid(void)
{
        return opened;
}

bool live_open(const char *text, char *name, size_t room, int *error)
{
        char *rest, size[32];
        long pid = strtol(text, &rest, 10);

        if (*rest || pid <= 0 || pid > INT32_MAX) {
                fprintf(stderr, "sigguard: \"%s\": expected the pid of a process\n", escape(text));
                return false;
        }
        opened = (int)pid;
        through = find_through(opened);
        memory = open_file("mem");
        *error = memory == -ENOENT ? -ESRCH : memory < 0 ? memory : 0;
        /* newer kernels say so themselves of what has no memory, 6.1 opens it */
        if (!*error && !find_value(through, "status", "VmSize", size, sizeof(size)))
                *error = -ESRCH;
        if (!live_status("Name", name, room)) {
                fprintf(stderr, "sigguard: there is no process %ld\n", pid);
                return false;
        }
        return true;
}

bool live_has_ended(void)
{
        char state[32];

        return !live_status("State", state, sizeof(state)) || state[0] == 'Z' || state[0] == 'X';
}

/* The readable prefix; the kernel answers EIO where there is nothing. */
static long read_memory(uint64_t address, uint32_t length, void *to)
{
        ssize_t got = pread(memory, to, length, (off_t)address);

        return got < 0 ? -errno : got;
}

long live_read(const char *name, void *to, size_t room)
{
        return read_of(opened, name, to, room);
}

/* In order from 0, as the protocol asks for it. */
static long read_maps(uint64_t offset, void *to, size_t room)
{
        ssize_t got = 1;
        size_t size = 0;

        if (!offset) {
                if (maps >= 0)
                        close(maps);
                maps = open_file("maps");
        }
        if (maps < 0)
                return maps;
        while (got > 0 && room - size >= MAPS_ROOM) {
                got = read(maps, (char *)to + size, room - size);
                size += got > 0 ? (size_t)got : 0;
        }
        return size || !got ? (long)size : -errno;
}

long live_ask(uint32_t kind, uint64_t address, uint32_t length, void *to, size_t room)
{
        switch (kind) {
        case ASK_MEMORY:
                return read_memory(address, length < room ? length : (uint32_t)room, to);
        case ASK_MAPS:
                return read_maps(address, to, room);
        case ASK_AUXV:
                return read_of(through, "auxv", to, room);
        case ASK_THREADS:
                return live_threads_list(address, to, room);
        case ASK_STACKS:
                return live_threads_stacks(address, to, room);
        default:
                return -ENOSYS;
        }
}

/* In maps the path of a chroot's file begins with that of the chroot; in a container with a root of its own it does not. */
static const char *without_root(const char *path)
{
        char link[32], root[4096];
        ssize_t length;

        snprintf(link, sizeof(link), "/proc/%d/root", through);
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
        return live_value("status", name, to, room);
}

bool live_value(const char *file, const char *name, char *to, size_t room)
{
        return find_value(opened, file, name, to, room);
}

uid_t live_owner(void)
{
        char ids[64];

        /* Real, effective, ...: what the process makes belongs to the second. */
        return live_status("Uid", ids, sizeof(ids)) ? (uid_t)strtoul(ids + strcspn(ids, "\t"), NULL, 10) : (uid_t)-1;
}
