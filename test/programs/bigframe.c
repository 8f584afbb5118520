/* Runs a handler that asks for an alternate stack, gives none and needs 200 KiB, on the main and on another thread. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void handler(int sig)
{
        volatile char big[200 * 1024];

        memset((void *)big, sig, sizeof(big));
        dprintf(1, "handler of %d filled %zu bytes\n", sig, sizeof(big));
}

static void *run(void *unused)
{
        raise(SIGUSR1);
        raise(SIGTERM);
        return unused;
}

int main(void)
{
        struct sigaction act = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
        pthread_t thread;

        sigaction(SIGUSR1, &act, NULL);
        sigaction(SIGTERM, &act, NULL);
        run(NULL);
        return pthread_create(&thread, NULL, run, NULL) || pthread_join(thread, NULL);
}
