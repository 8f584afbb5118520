/* Creates and ends many threads, N at a time, and prints how mappings and address space grew after the first rounds. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_barrier_t together;

static void *wait_for_all(void *how)
{
        pthread_barrier_wait(&together);
        if (how)
                pthread_exit(how);
        return how;
}

static long mapped(long *lines)
{
        char line[512];
        long kilobytes = 0;
        FILE *status = fopen("/proc/self/status", "r"), *maps = fopen("/proc/self/maps", "r");

        while (fgets(line, sizeof(line), status))
                sscanf(line, "VmSize: %ld", &kilobytes);
        for (*lines = 0; fgets(line, sizeof(line), maps); ++*lines)
                ;
        fclose(status);
        fclose(maps);
        return kilobytes;
}

int main(int argc, char **argv)
{
        int at_a_time = argc > 1 ? atoi(argv[1]) : 1, rounds = argc > 2 ? atoi(argv[2]) : 1000;
        int detached = argc > 3 && strcmp(argv[3], "detached") == 0;
        int failing = argc > 3 && strcmp(argv[3], "failing") == 0;
        long before = 0, after, lines_before = 0, lines_after;
        pthread_t threads[256];
        pthread_attr_t attributes;

        /* small stacks, or the few that libc keeps and detached threads that still end would hide what grows */
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, failing ? (size_t)1 << 46 : 65536);
        pthread_barrier_init(&together, NULL, (unsigned int)at_a_time + (detached ? 1U : 0U));
        for (int round = 0; round < rounds; round++) {
                if (round == 10)
                        before = mapped(&lines_before);
                for (int i = 0; i < at_a_time; i++)
                        if ((pthread_create(&threads[i], &attributes, wait_for_all, i % 2 ? &together : NULL) != 0) !=
                            failing)
                                return 1;
                for (int i = 0; i < at_a_time && !failing; i++)
                        (void)(detached ? pthread_detach(threads[i]) : pthread_join(threads[i], NULL));
                if (detached)
                        pthread_barrier_wait(&together);
        }
        after = mapped(&lines_after);
        printf("grew by %ld mappings and %ld KiB\n", lines_after - lines_before, after - before);
        return lines_after - lines_before > 4 * at_a_time + 20 || after - before > 512L * at_a_time + 4096;
}
