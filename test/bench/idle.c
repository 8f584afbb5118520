/* A program whose memory is looked at: idle THREADS prints "ready" and sleeps. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_barrier_t all;

static void *body(void *argument)
{
        pthread_barrier_wait(&all);
        pause();
        return argument;
}

int main(int argc, char **argv)
{
        int count = argc == 2 ? atoi(argv[1]) : 1;
        pthread_t thread;

        pthread_barrier_init(&all, NULL, (unsigned)count);
        for (int i = 1; i < count; i++)
                if (pthread_create(&thread, NULL, body, NULL) != 0)
                        return 1;
        pthread_barrier_wait(&all);
        puts("ready");
        fflush(stdout);
        pause();
        return 0;
}
