/* Runs a command as its subreaper and writes how it ended: crash_outer FILE [--HOW service|watcher|helper] COMMAND. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long now_ms(void)
{
        struct timespec time;

        clock_gettime(CLOCK_MONOTONIC, &time);
        return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The first child of a process or of any of its first 64 threads; 0 if it has none. */
static int child_of(int pid)
{
        char path[64], digits[64] = "";
        int file;

        for (int tid = pid; tid < pid + 64; tid++) {
                snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, tid);
                if ((file = open(path, O_RDONLY | O_CLOEXEC)) < 0)
                        continue;
                if (read(file, digits, sizeof(digits) - 1) < 0)
                        digits[0] = 0;
                close(file);
                if (atoi(digits))
                        return atoi(digits);
        }
        return 0;
}

static bool has_ended(int pid)
{
        siginfo_t info = {0};

        waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
        return info.si_pid == pid;
}

static const struct {
        const char *how;
        int signal;
} ways[] = {{"--stop", SIGSTOP},  {"--kill", SIGKILL}, {"--end", SIGTERM},
            {"--crash", SIGSEGV}, {"--hold", SIGSTOP}, {"--trace", SIGSTOP}};

static int signal_for(const char *how)
{
        for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
                if (!strcmp(ways[i].how, how))
                        return ways[i].signal;
        return 0;
}

/* Sends it to the service, the watcher or its helper as soon as there is one. No sleep here: they live for milliseconds. */
static int hit(int pid, const char *whom, int signal, FILE *file)
{
        int watcher = 0, target = 0;

        while (!target && !has_ended(pid)) {
                watcher = child_of(pid);
                target = !strcmp(whom, "helper") && watcher ? child_of(watcher) : watcher;
        }
        if (target && !strcmp(whom, "service"))
                target = pid;
        if (target && kill(target, signal) == 0)
                fprintf(file, "hit %d\n", target);
        return target;
}

/* Lets a stopped service go on three seconds behind its report: that is longer than a late death is waited for. */
static void let_go(int pid, FILE *file)
{
        int watcher = child_of(pid);

        while (watcher && child_of(watcher))
                usleep(10000);
        sleep(3);
        fprintf(file, has_ended(pid) ? "ended while it was stopped\n" : "goes on\n");
        kill(pid, SIGCONT);
}

int main(int argc, char **argv)
{
        int first = 2, signal = 0, traced = 0, pid, status, left = 0;
        FILE *file = fopen(argc > 2 ? argv[1] : "", "we");
        long start;

        if (!file)
                return 64;
        setvbuf(file, NULL, _IOLBF, 0);
        if (argc > 5 && !strncmp(argv[2], "--", 2)) {
                signal = signal_for(argv[2]);
                first = 4;
        }
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        start = now_ms();
        if ((pid = fork()) == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                execvp(argv[first], argv + first);
                _exit(127);
        }
        fprintf(file, "pid %d\n", pid);
        if (signal)
                traced = hit(pid, argv[3], signal, file);
        if (signal && !strcmp(argv[2], "--hold"))
                let_go(pid, file);
        /* who is traced so does not end before its tracer lets it */
        if (signal && !strcmp(argv[2], "--trace"))
                ptrace(PTRACE_SEIZE, traced, NULL, (void *)(long)PTRACE_O_TRACEEXIT);
        while (waitpid(pid, &status, 0) != pid)
                ;
        fprintf(file, "took %ld ms\n", now_ms() - start);
        if (traced && waitpid(traced, NULL, __WALL | WNOHANG) == traced)
                ptrace(PTRACE_DETACH, traced, NULL, NULL);
        /* what the command left behind became our child; what is on its way out may have a moment for it */
        for (int tries = 0; tries < 50; tries++) {
                while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
                        ;
                if (!(left = child_of(getpid())))
                        break;
                usleep(10000);
        }
        fprintf(file, left ? "left %d\n" : "left nothing\n", left);
        if (left)
                kill(left, SIGKILL);
        if (WIFEXITED(status))
                fprintf(file, "exit %d\n", WEXITSTATUS(status));
        else
                fprintf(file, "signal %d %s\n", WTERMSIG(status), WCOREDUMP(status) ? "core" : "nocore");
        return 0;
}
