/* Runs a command as its subreaper and writes how it ended: crash_outer FILE [--stop|--kill watcher|helper] COMMAND. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
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

/* Sends a signal to the watcher or its helper as soon as there is one. No sleep here: they live for milliseconds. */
static void hit(int pid, bool helper, int signal, FILE *file)
{
        int target = 0;

        while (!target && !has_ended(pid)) {
                target = child_of(pid);
                if (target && helper)
                        target = child_of(target);
        }
        if (target && kill(target, signal) == 0)
                fprintf(file, "hit %d\n", target);
}

int main(int argc, char **argv)
{
        int first = 2, signal = 0, pid, status, left = 0;
        bool helper = false;
        FILE *file = fopen(argc > 2 ? argv[1] : "", "we");
        long start;

        if (!file)
                return 64;
        setvbuf(file, NULL, _IOLBF, 0);
        if (argc > 5 && !strncmp(argv[2], "--", 2)) {
                signal = !strcmp(argv[2], "--stop") ? SIGSTOP : SIGKILL;
                helper = !strcmp(argv[3], "helper");
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
                hit(pid, helper, signal, file);
        while (waitpid(pid, &status, 0) != pid)
                ;
        fprintf(file, "took %ld ms\n", now_ms() - start);
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
