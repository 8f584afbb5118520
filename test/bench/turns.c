/*
 * Runs commands by turns and prints how long each took: turns ROUNDS -- [NAME=VALUE...] COMMAND... -- ...
 *
 * A line per round has the nanoseconds of each command, from before it is started (or from when it says so: mark.h) until
 * the kernel has told of its end. Who is first changes from round to round; the first round of all is not printed.
 * The standard output and error of the commands go to the file OUTPUT, if the environment names one.
 */
#include "mark.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 32

struct turn {
        char **command;
        char **environment;
};

extern char **environ;

static char **environment_of(char **settings, int count)
{
        int length = 0, size = 0;

        while (environ[size])
                size++;
        char **made = calloc((size_t)(size + count + 1), sizeof(*made));

        for (int i = 0; i < size; i++)
                if (strncmp(environ[i], "LD_PRELOAD=", 11) != 0)
                        made[length++] = environ[i];
        for (int i = 0; i < count; i++)
                made[length++] = settings[i];
        return made;
}

static long long run(const struct turn *turn, const posix_spawn_file_actions_t *files, long long *mark)
{
        long long started, ended;
        pid_t pid;
        int status, failed;

        *mark = 0;
        started = mark_clock();
        failed = posix_spawnp(&pid, turn->command[0], files, NULL, turn->command, turn->environment);
        if (failed == 0)
                while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
                        ;
        ended = mark_clock();
        /* tools have statuses of their own for what they could not name */
        if (failed != 0 || (WIFEXITED(status) && (WEXITSTATUS(status) == 64 || WEXITSTATUS(status) == 127))) {
                fprintf(stderr, "turns: %s failed\n", turn->command[0]);
                exit(1);
        }
        return ended - (*mark ? *mark : started);
}

int main(int argc, char **argv)
{
        const struct rlimit no_core = {0, 0};
        const char *output = getenv("OUTPUT") ? getenv("OUTPUT") : "/dev/null";
        posix_spawn_file_actions_t files;
        struct turn turns[MOST];
        long long took[MOST], *mark;
        int count = 0, page = memfd_create("mark", 0);

        if (argc < 4 || page < 0 || ftruncate(page, 4096) || dup2(page, MARK_FD) < 0)
                return 64;
        mark = mark_place();
        for (int i = 2; i < argc && count < MOST; i++) {
                int settings = i + 1;

                argv[i] = NULL; /* the "--" ends the command before it */
                for (i++; i < argc && strchr(argv[i], '='); i++)
                        ;
                turns[count++] = (struct turn){argv + i, environment_of(argv + settings, i - settings)};
                while (i + 1 < argc && strcmp(argv[i + 1], "--") != 0)
                        i++;
        }
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&files, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
        posix_spawn_file_actions_adddup2(&files, 1, 2);
        setrlimit(RLIMIT_CORE, &no_core);
        for (int round = 0; round <= atoi(argv[1]); round++) {
                for (int i = 0; i < count; i++) {
                        int which = (round + i) % count;

                        took[which] = run(&turns[which], &files, mark);
                }
                for (int i = 0; i < count && round > 0; i++)
                        printf("%lld%c", took[i], i + 1 < count ? ' ' : '\n');
        }
        return 0;
}
