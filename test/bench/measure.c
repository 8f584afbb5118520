/*
 * Runs a command and measures it: measure OUTPUT COMMAND... prints milliseconds, those of the processor in all its
 * processes, and the most memory of one of them in KiB.
 *
 * With REPORT=1 the command is a guarded program that prints the time (nanoseconds, CLOCK_MONOTONIC) and crashes: the
 * milliseconds are those until the last line of the report. Its standard error goes to OUTPUT, else the standard output.
 */
#define _GNU_SOURCE /* memmem */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char text[1 << 20];

static long long now(void)
{
        struct timespec time;

        clock_gettime(CLOCK_MONOTONIC, &time);
        return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* When the end of the report came, or the output's end. */
static long long read_all(int from, size_t *length)
{
        static const char end[] = "sigguard: end of report\n";
        long long ended = 0;
        ssize_t got;

        *length = 0;
        while ((got = read(from, text + *length, sizeof(text) - *length)) > 0) {
                *length += (size_t)got;
                if (!ended && memmem(text, *length, end, sizeof(end) - 1))
                        ended = now();
        }
        return ended ? ended : now();
}

int main(int argc, char **argv)
{
        int seen[2], stamp[2], report = getenv("REPORT") != NULL;
        char line[32] = "";
        struct rusage use;
        size_t length;
        long long started = now(), ended, peak = 0, used = 0;

        if (argc < 3 || pipe(seen) || pipe(stamp) || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
                return 64;
        if (!fork()) {
                dup2(report ? seen[1] : open("/dev/null", O_WRONLY), 2);
                dup2(report ? stamp[1] : seen[1], 1);
                for (int fd = 3; fd < 16; fd++)
                        close(fd);
                if (report)
                        setenv("LD_PRELOAD", getenv("GUARD"), 1);
                execvp(argv[2], argv + 2);
                _exit(127);
        }
        close(seen[1]);
        close(stamp[1]);
        ended = read_all(seen[0], &length);
        if (report && read(stamp[0], line, sizeof(line) - 1) > 0)
                started = atoll(line);
        /* The helper comes here when those who started it have ended. */
        while (wait4(-1, NULL, __WALL, &use) > 0) {
                peak = use.ru_maxrss > peak ? use.ru_maxrss : peak;
                used += (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000LL + use.ru_utime.tv_usec +
                        use.ru_stime.tv_usec;
        }
        if (!report)
                ended = now();
        FILE *to = fopen(argv[1], "w");

        if (!to || fwrite(text, 1, length, to) != length || fclose(to))
                return 2;
        printf("%.3f %.3f %lld\n", (double)(ended - started) / 1e6, (double)used / 1e3, peak);
        return 0;
}
