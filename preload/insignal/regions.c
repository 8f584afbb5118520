/* Which memory may be read for the report, as a sorted table of address ranges. */
#include "insignal/regions.h"

#include "memory.h"
#include "sys.h"

#define MOST 2048

/* Neighbours are one entry. apart: between it and the one before lies something that is never served. */
static struct {
        uint64_t start, end;
        bool apart;
} table[MOST];
static unsigned count;
static bool known, passed_by;

/*
 * Makes room in the table of a process of very many mappings (a thread's stack is two of them): entries become one where
 * nothing but memory that the kernel itself refuses to read lies between.
 */
static void join(void)
{
        unsigned last = 0;

        for (unsigned i = 1; i < count; i++) {
                if (table[i].apart)
                        table[++last] = table[i];
                else
                        table[last].end = table[i].end;
        }
        count = last + 1;
}

static void add(uint64_t start, uint64_t end)
{
        if (count && table[count - 1].end == start) {
                table[count - 1].end = end;
                return;
        }
        if (count == MOST)
                join();
        if (count == MOST)
                return;
        table[count].start = start;
        table[count].end = end;
        table[count++].apart = passed_by;
        passed_by = false;
}

static uint64_t hex(const char **at)
{
        uint64_t number = 0;

        for (;; ++*at) {
                if (**at >= '0' && **at <= '9')
                        number = number << 4 | (uint64_t)(**at - '0');
                else if (**at >= 'a' && **at <= 'f')
                        number = number << 4 | (uint64_t)(**at - 'a' + 10);
                else
                        return number;
        }
}

/* "start-end rwxp offset dev inode path" (proc(5)). Reading a device may do something; [vvar] faults for some kernels. */
static void add_line(const char *line)
{
        uint64_t start = hex(&line), end;
        const char *path;

        line++;
        end = hex(&line);
        if (line[0] != ' ' || line[1] != 'r')
                return;
        for (path = line; *path && *path != '/' && *path != '['; path++)
                ;
        if (line[4] != 'p' || (text_after(path, "/dev/") && !text_equal(path, "/dev/zero")) ||
            text_after(path, "[vvar"))
                passed_by = true;
        else
                add(start, end);
}

bool regions_learn(void)
{
        static char text[8192];
        size_t have = 0;
        long got;
        int fd = sys_open("/proc/self/maps", 0, 0);

        count = 0;
        passed_by = false;
        known = fd >= 0;
        while (fd >= 0 && (got = sys_read(fd, text + have, sizeof(text) - 1 - have)) > 0) {
                char *line = text, *end;

                have += (size_t)got;
                text[have] = 0;
                for (;;) {
                        for (end = line; *end && *end != '\n'; end++)
                                ;
                        if (!*end)
                                break;
                        *end = 0;
                        add_line(line);
                        line = end + 1;
                }
                have -= (size_t)(line - text);
                memmove(text, line, have);
                if (have == sizeof(text) - 1)
                        have = 0; /* no path is that long */
        }
        if (fd >= 0)
                (void)sys_close(fd);
        return known;
}

uint64_t regions_served(uint64_t address, uint64_t length)
{
        unsigned low = 0, high = count;

        if (!known)
                return length;
        while (low < high) {
                unsigned middle = (low + high) / 2;

                if (table[middle].end <= address)
                        low = middle + 1;
                else
                        high = middle;
        }
        if (low == count || address < table[low].start)
                return 0;
        return table[low].end - address < length ? table[low].end - address : length;
}
