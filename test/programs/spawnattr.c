/* Starts cat by posix_spawn with signal defaults and a mask of its own, and shows that the parent's handlers stay. */
#include "calls.h"
#include <spawn.h>
#include <sys/wait.h>

int main(void)
{
        char *const command[] = {"/bin/cat", "/proc/self/status", NULL}, *const nothing[] = {NULL};
        posix_spawnattr_t attributes;
        sigset_t defaults, mask;
        pid_t pid;

        signal(SIGUSR1, calls_handler);
        signal(SIGUSR2, SIG_IGN);
        signal(SIGTERM, SIG_IGN);
        calls_make("kernel:USR1");
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
        sigfillset(&defaults);
        sigdelset(&defaults, SIGTERM);
        sigemptyset(&mask);
        sigaddset(&mask, SIGUSR1);
        posix_spawnattr_setsigdefault(&attributes, &defaults);
        posix_spawnattr_setsigmask(&attributes, &mask);
        posix_spawn(&pid, command[0], NULL, &attributes, command, nothing);
        waitpid(pid, NULL, 0);
        calls_make("kernel:USR1");
        calls_make("query:USR2");
        calls_make("query:TERM");
        return 0;
}
