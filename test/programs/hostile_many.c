/* Crashes in many threads at once: hostile_many COUNT. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_barrier_t together;

static void *crash_with_others(void *unused)
{
        pthread_barrier_wait(&together);
        *(volatile int *)0x88 = 1;
        return unused;
}

int main(int argc, char **argv)
{
        pthread_attr_t attributes;
        pthread_t thread;
        int count = argc == 2 ? atoi(argv[1]) : 2;

        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, 65536);
        pthread_barrier_init(&together, NULL, (unsigned)count);
        for (int i = 0; i < count; i++)
                pthread_create(&thread, &attributes, crash_with_others, NULL);
        pause();
}
