/* Asks the vdso for the time, to be written where nothing can be written. */
#include <time.h>

int main(void)
{
        struct timespec *volatile where = (struct timespec *)0x18;

        return clock_gettime(CLOCK_MONOTONIC, where);
}
