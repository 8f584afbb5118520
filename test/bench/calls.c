/* How many nanoseconds a call takes, in the least of several loops: calls query|set|raw-query|raw-set SIGNAL, or signal-set. */
#include "mark.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALLS 5000
#define LOOPS 20

static void handler(int signal)
{
        (void)signal;
}

static void set(const char *what, int signal_number)
{
        static const struct {
                void *handler;
                unsigned long flags;
                void *restorer;
                unsigned long mask;
        } raw;
        struct sigaction action = {.sa_handler = handler}, old;
        char raw_old[64];

        if (strcmp(what, "query") == 0)
                for (int i = 0; i < CALLS; i++)
                        sigaction(signal_number, NULL, &old);
        else if (strcmp(what, "set") == 0)
                for (int i = 0; i < CALLS; i++)
                        sigaction(signal_number, &action, NULL);
        else if (strcmp(what, "signal") == 0)
                for (int i = 0; i < CALLS; i++)
                        signal(signal_number, handler);
        else if (strcmp(what, "raw-query") == 0)
                for (int i = 0; i < CALLS; i++)
                        syscall(SYS_rt_sigaction, signal_number, NULL, raw_old, 8);
        else if (strcmp(what, "raw-set") == 0)
                for (int i = 0; i < CALLS; i++)
                        syscall(SYS_rt_sigaction, signal_number, &raw, NULL, 8);
        else
                exit(64);
}

int main(int argc, char **argv)
{
        long long least = 1LL << 62;

        if (argc != 3)
                return 64;
        for (int loop = 0; loop < LOOPS; loop++) {
                long long started = mark_clock(), took;

                set(argv[1], atoi(argv[2]));
                took = mark_clock() - started;
                least = took < least ? took : least;
        }
        printf("%.2f\n", (double)least / CALLS);
        return 0;
}
