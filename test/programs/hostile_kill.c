/* Crashes a program again and again and kills it at a random moment: hostile_kill COUNT LOG COMMAND... */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[1 << 16];

static const char *file(const char *path)
{
        int fd = open(path, O_RDONLY);
        ssize_t size = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

        if (fd >= 0)
                close(fd);
        text[size > 0 ? size : 0] = 0;
        return text;
}

static int start(char **command, const char *log)
{
        int pid = fork();

        if (pid == 0) {
                unlink(log);
                setpgid(0, 0);
                dup2(open(log, O_WRONLY | O_CREAT | O_APPEND, 0600), 2);
                ptrace(PTRACE_TRACEME, 0, 0, 0);
                execvp(command[0], command);
                _exit(127);
        }
        return pid;
}

/* Until the kernel is about to deliver the fault; it is then let go, into our handler. */
static int run_to_fault(int pid)
{
        int status;

        while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
                if (WSTOPSIG(status) == SIGSEGV)
                        return ptrace(PTRACE_DETACH, pid, 0, SIGSEGV) == 0;
                ptrace(PTRACE_CONT, pid, 0, WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status));
        }
        return 0;
}

/* Time that it has run, in ns (/proc/PID/schedstat): being kept from the processor does not count. */
static long has_run(int pid)
{
        char path[64];

        snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
        return atol(file(path));
}

static int sleeps(int pid)
{
        char path[64];

        snprintf(path, sizeof(path), "/proc/%d/stat", pid);
        return strstr(file(path), ") R ") == NULL;
}

int main(int argc, char **argv)
{
        int count = argc > 3 ? atoi(argv[1]) : 0, faults = 0, heads = 0, cut = 0;

        srand(4711);
        for (int i = 0; i < count; i++) {
                int pid = start(argv + 3, argv[2]);
                long before;

                faults += run_to_fault(pid);
                before = has_run(pid);
                while (has_run(pid) - before < 500000 && !sleeps(pid))
                        ;
                usleep((unsigned)(rand() % 80000));
                kill(i % 2 ? pid : -pid, SIGKILL); /* alone, or with the children that make its report */
                waitpid(pid, NULL, 0);
                heads += strstr(file(argv[2]), " crashed: SIGSEGV, ") != NULL;
                cut += !strstr(text, "end of report");
        }
        printf("%d faults, %d head lines, %d killed before the report was complete\n", faults, heads, cut);
}
