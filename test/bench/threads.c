/* How many nanoseconds it takes to make and join a thread: threads AT-ONCE ROUNDS prints the median of the rounds. */
#include "mark.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *body(void *argument)
{
        return argument;
}

static int compare(const void *left, const void *right)
{
        const long long a = *(const long long *)left, b = *(const long long *)right;

        return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
        int at_once = argc == 3 ? atoi(argv[1]) : 0, rounds = argc == 3 ? atoi(argv[2]) : 0;
        pthread_t threads[256];

        if (at_once < 1 || at_once > 256 || rounds < 1)
                return 64;
        long long *took = calloc((size_t)rounds, sizeof(*took));

        for (int round = 0; round < rounds; round++) {
                long long started = mark_clock();

                for (int i = 0; i < at_once; i++)
                        if (pthread_create(&threads[i], NULL, body, NULL) != 0)
                                return 1;
                for (int i = 0; i < at_once; i++)
                        pthread_join(threads[i], NULL);
                took[round] = mark_clock() - started;
        }
        qsort(took, (size_t)rounds, sizeof(*took), compare);
        printf("%.1f\n", (double)took[rounds / 2] / at_once);
        free(took);
        return 0;
}
