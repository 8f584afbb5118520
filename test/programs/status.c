/* Runs a command without strange descriptors and writes "pid N", then "exit N" or "signal N core|nocore", to a file. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
        int status, file;
        pid_t pid;

        if (argc < 3 || (file = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0)
                return 64;
        pid = fork();
        if (pid == 0) {
                close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
                execvp(argv[2], argv + 2);
                _exit(127);
        }
        dprintf(file, "pid %d\n", pid);
        while (waitpid(pid, &status, 0) != pid)
                ;
        if (WIFEXITED(status))
                dprintf(file, "exit %d\n", WEXITSTATUS(status));
        else
                dprintf(file, "signal %d %s\n", WTERMSIG(status), WCOREDUMP(status) ? "core" : "nocore");
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
