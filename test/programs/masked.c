/* Faults while it believes that every signal is blocked: masked sigprocmask|pthread_sigmask|handler. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static void fault(void)
{
        puts("faults now");
        fflush(stdout);
        *(volatile int *)0x38 = 1;
}

static void handler(int number)
{
        (void)number;
        fault();
}

static void *work(void *mask)
{
        pthread_sigmask(SIG_SETMASK, mask, NULL);
        fault();
        return NULL;
}

int main(int argc, char **argv)
{
        struct sigaction action = {.sa_handler = handler};
        const char *way = argc > 1 ? argv[1] : "";
        pthread_t thread;
        sigset_t all;

        sigfillset(&all);
        action.sa_mask = all;
        if (!strcmp(way, "sigprocmask")) {
                sigprocmask(SIG_BLOCK, &all, NULL);
                fault();
        } else if (!strcmp(way, "pthread_sigmask")) {
                pthread_create(&thread, NULL, work, &all);
                pthread_join(thread, NULL);
        } else {
                sigaction(SIGUSR1, &action, NULL);
                raise(SIGUSR1);
        }
        return 0;
}
