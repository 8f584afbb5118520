/* Sets an alternate stack from inside a handler that asked for one while there was none, and shows the answers. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>

static char own[65536];

static void handler(int sig)
{
        stack_t new = {.ss_sp = own, .ss_size = sizeof(own)}, old = {0};

        (void)sig;
        errno = 0;
        printf("set: %d", sigaltstack(&new, &old));
        printf(" errno %d, was flags %#x\n", errno, (unsigned int)old.ss_flags);
        sigaltstack(NULL, &old);
        printf("now: %s flags %#x\n", old.ss_sp == own ? "own" : "other", (unsigned int)old.ss_flags);
}

int main(void)
{
        struct sigaction act = {.sa_handler = handler, .sa_flags = SA_ONSTACK};

        sigaction(SIGUSR1, &act, NULL);
        return raise(SIGUSR1);
}
