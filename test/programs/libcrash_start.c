/* A library whose constructor crashes, long before main, and whose destructor crashes after it. */
#include <stdlib.h>

__attribute__((constructor)) static void library_start(void)
{
        if (getenv("CRASH_START"))
                *(volatile int *)0x50 = 1;
}

__attribute__((destructor)) static void library_end(void)
{
        if (getenv("CRASH_END"))
                *(volatile int *)0x58 = 1;
}

int crash_start_used;
