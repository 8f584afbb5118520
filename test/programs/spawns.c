/* Shows the signal lines of /proc/self/status of a child that is started by the way named and has no guard of its own. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
        const char *way = argc > 1 ? argv[1] : "execve";
        char *const command[] = {"/bin/cat", "/proc/self/status", NULL};
        const char *line = "cat /proc/self/status";
        char copy[4096];
        size_t length;
        pid_t pid;
        FILE *pipe;

        unsetenv("LD_PRELOAD");
        if (strcmp(way, "execve") == 0)
                return execve(command[0], command, environ);
        if (strcmp(way, "system") == 0)
                return system(line);
        if (strcmp(way, "posix_spawn") == 0 || strcmp(way, "vfork") == 0 || strcmp(way, "fork") == 0) {
                if (way[0] == 'p')
                        posix_spawn(&pid, command[0], NULL, NULL, command, environ);
                else if ((pid = way[0] == 'v' ? vfork() : fork()) == 0)
                        _exit(execve(command[0], command, environ));
                return waitpid(pid, NULL, 0) != pid;
        }
        pipe = popen(line, "r");
        while (pipe && (length = fread(copy, 1, sizeof(copy), pipe)) > 0)
                fwrite(copy, 1, length, stdout);
        return pclose(pipe);
}
