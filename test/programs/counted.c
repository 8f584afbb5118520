/* Calls sigaction() so often: counted query|set TIMES. How many instructions a call takes is what two counts differ by. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void handler(int signal)
{
        (void)signal;
}

int main(int argc, char **argv)
{
        const struct sigaction action = {.sa_handler = handler};
        struct sigaction old;
        int sets, times, failed = 0;

        if (argc != 3)
                return 64;
        sets = strcmp(argv[1], "set") == 0;
        times = atoi(argv[2]);
        for (int i = 0; i < times; i++)
                failed |= sigaction(SIGUSR2, sets ? &action : NULL, &old);
        return failed != 0;
}
