/* Whether a thread of this process waits in the kernel: /proc/PID/task/TID/stat, see proc(5). */
#ifndef ASLEEP_H
#define ASLEEP_H

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static inline bool is_asleep(long tid)
{
        char path[64], state = 'R';
        FILE *file;

        snprintf(path, sizeof(path), "/proc/self/task/%ld/stat", tid);
        if ((file = fopen(path, "r"))) {
                (void)!fscanf(file, "%*d (%*[^)]) %c", &state);
                fclose(file);
        }
        return state == 'S';
}

static inline void wait_until_asleep(long tid)
{
        while (!is_asleep(tid))
                usleep(1000);
}

#endif
