/* A program with 64 MiB of data that it does not look at, and what of it is in memory all the same. */
/* flags: -Wa,--noexecstack */
#include <stdio.h>
#include <string.h>

__asm__(".data\n.byte 1\n.zero 67108863\n.text\n");

int main(void)
{
        char line[256];
        FILE *status = fopen("/proc/self/status", "r");

        while (status && fgets(line, sizeof(line), status))
                if (strncmp(line, "VmRSS:", 6) == 0)
                        fputs(line, stdout);
        return 0;
}
