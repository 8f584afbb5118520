/* flags: -shared -fPIC. The library that the service opens and closes; it crashes in its constructor when asked to. */
#include <stdlib.h>

int storm_value;

__attribute__((constructor)) static void open_library(void)
{
        storm_value = 1;
        if (getenv("STORM_CRASH_IN_CONSTRUCTOR"))
                *(volatile int *)24 = 1;
}

int storm_answer(int question)
{
        return question + storm_value;
}
