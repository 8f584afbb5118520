/* Forks or vforks a child that changes its signals as it likes before exec, and shows that the parent's stay: forks WAY [SECONDS] */
#include "calls.h"
#include <sys/wait.h>
#include <time.h>

/* noinline: the vfork child must not return from a function that its parent still runs in */
__attribute__((noinline)) static void change_and_exec(int seconds)
{
        sigset_t all;

        while (seconds > 0 && clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_sec = seconds}, NULL) != 0)
                ;
        signal(SIGUSR1, SIG_IGN);
        signal(SIGUSR2, SIG_DFL);
        signal(SIGHUP, SIG_DFL);
        sigaction(SIGPIPE, &(struct sigaction){.sa_handler = calls_handler}, NULL);
        signal(SIGSEGV, SIG_DFL);
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, NULL);
        unsetenv("LD_PRELOAD");
        execl("/bin/cat", "cat", "/proc/self/status", NULL);
        _exit(127);
}

int main(int argc, char **argv)
{
        static const char *const each[] = {"query:USR1",  "query:USR2",  "query:HUP",  "query:PIPE",  "query:SEGV",
                                           "kernel:USR1", "kernel:USR2", "kernel:HUP", "kernel:PIPE", "kernel:SEGV"};
        pid_t pid;

        signal(SIGUSR2, calls_handler);
        for (size_t i = 0; i < 10; i++)
                calls_make(each[i]);
        pid = strcmp(argv[1], "vfork") == 0 ? vfork() : fork();
        if (pid == 0)
                change_and_exec(argc > 2 ? atoi(argv[2]) : 0);
        while (waitpid(pid, NULL, 0) != pid)
                ;
        for (size_t i = 0; i < 10; i++)
                calls_make(each[i]);
        return 0;
}
