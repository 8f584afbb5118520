/* Folders of debug files, and the program that asks debuginfod servers (debuginfod-find(1)). */
#include "stores.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROGRAM "debuginfod-find"
#define MOST_FOLDERS 64
#define FORMS 3

static const char *folders[MOST_FOLDERS];
static size_t folder_count;
static unsigned int limit_s; /* 0: debuginfod is not asked */

bool stores_add(const char *folder)
{
        if (folder_count == MOST_FOLDERS)
                return false;
        folders[folder_count++] = folder;
        return true;
}

static void give_up(const char *why)
{
        fprintf(stderr, "sigguard-symbolize: debuginfod is not asked: %s\n", why);
        limit_s = 0;
}

static bool in_path(void)
{
        const char *path = getenv("PATH"), *end;
        char file[PATH_MAX];

        for (; path && *path; path = end + (*end == ':')) {
                end = strchrnul(path, ':');
                snprintf(file, sizeof(file), "%.*s/" PROGRAM, (int)(end - path), path);
                if (end > path && !access(file, X_OK))
                        return true;
        }
        return false;
}

void stores_use_debuginfod(unsigned int seconds)
{
        const char *servers = getenv("DEBUGINFOD_URLS");

        limit_s = seconds;
        if (!servers || !servers[strspn(servers, " ")])
                give_up("DEBUGINFOD_URLS names no server");
        else if (!in_path())
                give_up("there is no program " PROGRAM " in PATH");
}

const char *stores_path(const struct image *image, const char *suffix, size_t nth)
{
        static char path[PATH_MAX];
        char hex[2 * BUILD_ID_MOST + 1];
        const char *folder = folder_count > nth / FORMS ? folders[nth / FORMS] : NULL, *slash;

        if (!folder)
                return NULL;
        slash = strrchr(image->path, '/');
        image_build_id_text(image, hex);
        if (nth % FORMS == 0)
                snprintf(path, sizeof(path), "%s/.build-id/%.2s/%s%s", folder, hex, strlen(hex) > 2 ? hex + 2 : "",
                         suffix);
        else
                snprintf(path, sizeof(path), "%s/%s%s", folder, nth % FORMS == 1 || !slash ? image->path : slash + 1,
                         suffix);
        return path;
}

static void run_find(const char *kind, const char *hex, int out, pid_t parent)
{
        /* A group of its own: what it starts ends with it. */
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        /* Its progress and its complaints are many lines; what matters is said by us. The log on our input is not its. */
        int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

        if (getppid() != parent || nothing < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 2) < 0 || dup2(out, 1) < 0)
                _exit(127);
        execlp(PROGRAM, PROGRAM, kind, hex, (char *)NULL);
        _exit(127);
}

static long now_ms(void)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The first line that comes through fd until its end. False if the time was not enough. */
static bool read_path(int fd, char *to, size_t room)
{
        long until = now_ms() + limit_s * 1000L;
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        size_t used = 0;

        for (;;) {
                long left = until - now_ms();
                int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
                ssize_t got = ready > 0 ? read(fd, to + used, room - 1 - used) : 0;

                if (!ready)
                        return false;
                if (got <= 0 && errno == EINTR && (ready < 0 || got < 0))
                        continue;
                if (got <= 0)
                        break;
                used += (size_t)got;
        }
        to[used] = 0;
        to[strcspn(to, "\n")] = 0;
        return true;
}

const char *stores_fetch(const struct image *image, const char *kind)
{
        static char path[PATH_MAX];
        char hex[2 * BUILD_ID_MOST + 1];
        int pipe_ends[2], ended = 0;
        pid_t parent = getpid(), child;

        if (!limit_s || image->build_id_length < 8 || pipe2(pipe_ends, O_CLOEXEC))
                return NULL;
        image_build_id_text(image, hex);
        child = fork();
        if (child == 0)
                run_find(kind, hex, pipe_ends[1], parent);
        close(pipe_ends[1]);
        bool in_time = child > 0 && read_path(pipe_ends[0], path, sizeof(path));

        close(pipe_ends[0]);
        if (child < 0)
                return NULL;
        if (!in_time) {
                kill(-child, SIGKILL);
                kill(child, SIGKILL);
        }
        while (waitpid(child, &ended, 0) < 0 && errno == EINTR)
                ;
        if (!in_time)
                give_up("it did not answer in time");
        return in_time && WIFEXITED(ended) && !WEXITSTATUS(ended) && path[0] == '/' ? path : NULL;
}
