/*
 * A process 1: hostile_init fault|abort|raise|child NUMBER or wait MILLISECONDS. Its threads sleep and tell if they are
 * cut short.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *cut = "";
static int nap_ms = 600;

static void *sleeper(void *unused)
{
        struct timespec nap = {nap_ms / 1000, nap_ms % 1000 * 1000000L};

        if (nanosleep(&nap, NULL))
                cut = " nanosleep was cut short";
        return unused;
}

static void *poller(void *unused)
{
        if (poll(NULL, 0, nap_ms) != 0)
                cut = " poll was cut short";
        return unused;
}

int main(int argc, char **argv)
{
        const char *way = argc == 3 ? argv[1] : "";
        int number = argc == 3 ? atoi(argv[2]) : 0;
        pthread_t threads[2];

        if (!strcmp(way, "wait"))
                nap_ms = number;
        pthread_create(&threads[0], NULL, sleeper, NULL);
        pthread_create(&threads[1], NULL, poller, NULL);
        usleep(50000);
        printf("ready %d\n", getpid());
        fflush(stdout);
        if (!strcmp(way, "fault"))
                *(volatile int *)0x70 = 1;
        if (!strcmp(way, "abort"))
                abort();
        for (int times = !strcmp(way, "raise") ? 2 : 0; times > 0; times--)
                raise(number);
        if (!strcmp(way, "child") && fork() == 0)
                _exit(kill(1, number));
        pthread_join(threads[0], NULL);
        pthread_join(threads[1], NULL);
        while (wait(NULL) > 0)
                ;
        printf("alive%s\n", cut);
        return 7;
}
