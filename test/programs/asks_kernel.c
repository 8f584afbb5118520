/* Signals and threads that the kernel or libc makes on request: asks_kernel timer|usr1|thread|aio|sigio|setsig. */
#define _GNU_SOURCE
#include <aio.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t signals;
static int ends[2];
static const char *way;

static void handler(int number, siginfo_t *info, void *context)
{
        (void)context;
        printf("signal %d code %d value %d\n", number, info->si_code,
               info->si_code == SI_SIGIO ? 0 : info->si_value.sival_int);
        signals++;
}

static void in_thread(union sigval value)
{
        (void)!write(ends[1], &value.sival_int, sizeof(value.sival_int));
}

static void wait_for_thread(void)
{
        int value = 0;

        (void)!read(ends[0], &value, sizeof(value));
        printf("thread with value %d\n", value);
}

static void start_timer(struct sigevent *event)
{
        struct itimerspec soon = {.it_value.tv_nsec = 1000000};
        timer_t timer;

        if (timer_create(CLOCK_MONOTONIC, event, &timer) || timer_settime(timer, 0, &soon, NULL))
                perror("timer");
}

/* The signal is blocked but while it is waited for, so that it cannot come too early. */
static void wait_for_signal(const sigset_t *mask)
{
        while (!signals)
                sigsuspend(mask);
}

int main(int argc, char **argv)
{
        struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
        struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 23};
        struct aiocb request = {.aio_nbytes = 1, .aio_buf = "x"};
        sigset_t usr1, mask;

        way = argc > 1 ? argv[1] : "";
        if (pipe(ends))
                return 2;
        sigemptyset(&usr1);
        sigaddset(&usr1, SIGUSR1);
        sigaddset(&usr1, SIGIO);
        sigprocmask(SIG_BLOCK, &usr1, &mask);
        if (strcmp(way, "timer"))
                sigaction(SIGUSR1, &action, NULL);
        sigaction(SIGIO, &action, NULL);
        if (!strcmp(way, "thread")) {
                event.sigev_notify = SIGEV_THREAD;
                event.sigev_notify_function = in_thread;
                start_timer(&event);
                wait_for_thread();
        } else if (!strcmp(way, "aio")) {
                request.aio_fildes = ends[1];
                request.aio_sigevent = event;
                aio_write(&request);
                wait_for_signal(&mask);
                printf("aio wrote %zd\n", aio_return(&request));
        } else if (!strcmp(way, "sigio") || !strcmp(way, "setsig")) {
                fcntl(ends[0], F_SETOWN, getpid());
                if (!strcmp(way, "setsig"))
                        fcntl(ends[0], F_SETSIG, SIGUSR1);
                fcntl(ends[0], F_SETFL, O_ASYNC);
                (void)!write(ends[1], "x", 1);
                wait_for_signal(&mask);
        } else {
                start_timer(&event);
                if (!strcmp(way, "timer"))
                        sigsuspend(&mask);
                else
                        wait_for_signal(&mask);
        }
        puts("end");
        return 0;
}
