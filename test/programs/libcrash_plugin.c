/* A plugin that is loaded at run time and crashes when it is asked to, or (PLUGIN_CRASH set) in its constructor. */
#include <stdlib.h>

static int table[4];

__attribute__((constructor)) static void plugin_start(void)
{
        table[0] = 1;
        if (getenv("PLUGIN_CRASH"))
                *(volatile int *)0x48 = 1;
}

int plugin_entry(int number)
{
        return table[0] + *(volatile int *)(long)(0x40 + number);
}
