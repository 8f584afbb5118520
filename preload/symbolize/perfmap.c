/* Reads "START SIZE NAME" lines (linux/tools/perf/Documentation/jit-interface.txt), which anybody may have written. */
#include "perfmap.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live.h"

#define MOST_BYTES (64u << 20) /* read in 40 ms */
#define MOST_LINE 1024

/* In a folder where all may write, only a file of the process's own user or of root's tells the truth. */
static int open_map(const char *root, int pid)
{
        uid_t owner = live_pid() ? live_owner() : geteuid();
        char path[PATH_MAX];
        struct stat facts;
        int fd = -1;

        if (snprintf(path, sizeof(path), "%s/tmp/perf-%d.map", root, pid) < (int)sizeof(path))
                fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
        if (fd >= 0 && !fstat(fd, &facts) && S_ISREG(facts.st_mode) && (facts.st_uid == owner || facts.st_uid == 0))
                return fd;
        if (fd >= 0)
                close(fd);
        return -1;
}

/* Code is made anew where old code was: the last line about an address is the one that holds. */
static void take_line(char *line, struct place **places, size_t count)
{
        char *at, *name;
        uint64_t start = strtoull(line, &at, 16), size;

        if (at == line || *at != ' ')
                return;
        size = strtoull(at, &name, 16);
        if (name == at || *name != ' ' || !name[1])
                return;
        for (size_t i = 0; i < count; i++) {
                if (places[i]->lookup - start >= size)
                        continue;
                free(places[i]->symbol);
                free(places[i]->raw_symbol);
                places[i]->symbol = strdup(name + 1);
                places[i]->raw_symbol = strdup(name + 1);
                places[i]->symbol_start = start;
                places[i]->source = NAME_PERF_MAP;
        }
}

void perfmap_name(const char *root, int pid, struct place **places, size_t count)
{
        static char buffer[65536];
        size_t used = 0, total = 0;
        bool skipping = false; /* the rest of a line that is too long */
        int fd = open_map(root, pid);
        ssize_t got;

        while (fd >= 0 && total < MOST_BYTES && (got = read(fd, buffer + used, sizeof(buffer) - 1 - used)) > 0) {
                char *line = buffer, *end;

                total += (size_t)got;
                used += (size_t)got;
                buffer[used] = 0;
                while ((end = memchr(line, '\n', used - (size_t)(line - buffer)))) {
                        *end = 0;
                        if (!skipping && end - line < MOST_LINE)
                                take_line(line, places, count);
                        skipping = false;
                        line = end + 1;
                }
                used -= (size_t)(line - buffer);
                memmove(buffer, line, used);
                if (used == sizeof(buffer) - 1) {
                        skipping = true;
                        used = 0;
                }
        }
        if (fd >= 0)
                close(fd);
}
