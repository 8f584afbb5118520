/* A handler that cleans up, asks for SIG_DFL and raises its signal again, which is the usual way to end of it: gives_up SIGNAL */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void clean_up(int number)
{
        (void)!write(1, "cleaned up\n", 11);
        signal(number, SIG_DFL);
        raise(number);
}

int main(int argc, char **argv)
{
        signal(argc > 1 ? atoi(argv[1]) : SIGHUP, clean_up);
        puts("ready");
        fflush(stdout);
        for (;;)
                pause();
}
