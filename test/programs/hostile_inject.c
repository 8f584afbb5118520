/* Crashes, and so does the crash path, at the place whose number is given (preload/insignal/inject.h). */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern int sigguard_inject __attribute__((weak));

static void *sleeper(void *unused)
{
        for (;;)
                pause();
        return unused;
}

int main(int argc, char **argv)
{
        pthread_t thread;

        if (argc != 3)
                return 64;
        pthread_create(&thread, NULL, sleeper, NULL);
        usleep(20000);
        printf(&sigguard_inject ? "set\n" : "not the library for this test\n");
        fflush(stdout);
        if (&sigguard_inject)
                sigguard_inject = atoi(argv[2]);
        if (!strcmp(argv[1], "abort"))
                abort();
        *(volatile int *)0x88 = 1;
}
