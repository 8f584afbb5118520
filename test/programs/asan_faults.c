/* Built with AddressSanitizer: asan_faults fine|freed|leak|fault|abort. flags: -fsanitize=address */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *volatile memory;

static int makes(const char *name)
{
        volatile int *nowhere = (volatile int *)0x18;

        memory = malloc(10);
        if (!strcmp(name, "freed")) {
                free(memory);
                return memory[3];
        }
        if (!strcmp(name, "fault"))
                *nowhere = 1;
        if (!strcmp(name, "abort"))
                abort();
        if (strcmp(name, "leak"))
                free(memory);
        memory = NULL;
        return 0;
}

int main(int argc, char **argv)
{
        int result = makes(argc > 1 ? argv[1] : "");

        puts("end of main");
        return result;
}
