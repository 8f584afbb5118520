/* Becomes a daemon: daemonizes daemon|twice FILE; writes its pid to FILE, and faults when it gets TERM. */
#define _DEFAULT_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ends;

static void end(int number)
{
        ends = number;
}

/* What daemon(3) and System V's recipe do: no session, no terminal, and no way to get one. */
static void twice(void)
{
        if (fork())
                _exit(0);
        setsid();
        if (fork())
                _exit(0);
        for (int file = 0; file < 3; file++)
                close(file);
}

static void fault(void)
{
        *(volatile int *)0x58 = 1;
}

int main(int argc, char **argv)
{
        sigset_t term, mask;
        FILE *file;

        if (argc < 3)
                return 64;
        signal(SIGTERM, end);
        sigemptyset(&term);
        sigaddset(&term, SIGTERM);
        sigprocmask(SIG_BLOCK, &term, &mask);
        if (!strcmp(argv[1], "twice"))
                twice();
        else if (daemon(1, 0))
                return 2;
        file = fopen(argv[2], "w");
        if (!file)
                return 2;
        fprintf(file, "ready %d\n", getpid());
        fclose(file);
        while (!ends)
                sigsuspend(&mask);
        fault();
        return 0;
}
