/* A library whose constructor runs before ours: HOSTILE_FIRST=crash|hook|sleep says what it does. */
/* flags: -Wl,-z,initfirst */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* so early glibc has no environ yet, but gives it as the third argument */
__attribute__((constructor)) static void hostile_first(int argc, char **argv, char **env)
{
        const char *what = getenv("HOSTILE_FIRST");

        (void)argc;
        (void)argv;
        for (; env && *env && !what; env++)
                what = strncmp(*env, "HOSTILE_FIRST=", 14) ? NULL : *env + 14;
        if (!what)
                return;
        if (!strcmp(what, "sleep"))
                pause();
        if (!strcmp(what, "hook"))
                signal(SIGTERM, SIG_DFL);
        *(volatile int *)0x50 = 1;
}
