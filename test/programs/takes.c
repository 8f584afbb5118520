/* Takes HUP, USR1 and USR2 without handlers: takes sigwait|sigwaitinfo|sigtimedwait|signalfd [threads]; TERM ends it. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t wanted;

static void *idle(void *unused)
{
        for (;;)
                pause();
        return unused;
}

static int take(const char *way, int file)
{
        struct signalfd_siginfo read_info;
        struct timespec time = {.tv_sec = 60};
        siginfo_t info;
        int number = 0;

        if (!strcmp(way, "sigwait"))
                sigwait(&wanted, &number);
        else if (!strcmp(way, "sigwaitinfo"))
                number = sigwaitinfo(&wanted, &info);
        else if (!strcmp(way, "sigtimedwait"))
                number = sigtimedwait(&wanted, &info, &time);
        else if (read(file, &read_info, sizeof(read_info)) == sizeof(read_info))
                number = (int)read_info.ssi_signo;
        return number;
}

int main(int argc, char **argv)
{
        int number, file;
        pthread_t thread;

        sigemptyset(&wanted);
        for (size_t i = 0; i < 4; i++)
                sigaddset(&wanted, (int[]){SIGHUP, SIGUSR1, SIGUSR2, SIGTERM}[i]);
        pthread_sigmask(SIG_BLOCK, &wanted, NULL);
        for (int i = 0; argc > 2 && i < 4; i++)
                pthread_create(&thread, NULL, idle, NULL);
        file = signalfd(-1, &wanted, 0);
        puts("ready");
        do {
                fflush(stdout);
                number = take(argc > 1 ? argv[1] : "", file);
                printf("took %d\n", number);
        } while (number > 0 && number != SIGTERM);
        return 0;
}
