/* Crashes in and around malloc: crash_heap free|double|unsorted|held. */
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile uintptr_t sink;

static void *allocate(void *unused)
{
        for (;;) {
                void *block[64];

                for (size_t i = 0; i < 64; i++)
                        block[i] = malloc(2000 + 16 * i);
                for (size_t i = 0; i < 64; i++)
                        free(block[i]);
        }
        return unused;
}

static void *wait_here(void *unused)
{
        pause();
        return unused;
}

/* A wild list pointer in the unsorted list faults inside malloc, with its lock held (glibc malloc.c, _int_malloc). */
static void crash_in_malloc(void)
{
        uintptr_t *volatile block = malloc(5000);
        void *volatile behind = malloc(100);

        free(block);
        block[1] = 0x414141414000;
        sink = (uintptr_t)malloc(9000) + (uintptr_t)behind;
}

int main(int argc, char **argv)
{
        const char *way = argc == 2 ? argv[1] : "";
        char *volatile block = malloc(2000);
        pthread_t thread;

        if (!strcmp(way, "free")) {
                block += 8;
                free(block);
        }
        if (!strcmp(way, "double")) {
                void *volatile behind = malloc(2000);

                free(block);
                free(block);
                free(behind);
        }
        mallopt(M_ARENA_MAX, 1);
        if (!strcmp(way, "unsorted")) {
                /* with a second thread the lock is taken for real */
                pthread_create(&thread, NULL, wait_here, NULL);
                crash_in_malloc();
        }
        if (!strcmp(way, "held")) {
                for (int i = 0; i < 4; i++)
                        pthread_create(&thread, NULL, allocate, NULL);
                usleep(20000);
                *(volatile int *)8 = 1;
        }
        return 64;
}
