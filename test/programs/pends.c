/* Lets our handler run with a SIGPIPE of the program's pending, or with errno set, and shows that both are as before. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static void say(const char *when)
{
        sigset_t pending;

        sigpending(&pending);
        printf("pending %s: %s\n", when, sigismember(&pending, SIGPIPE) ? "yes" : "no");
}

int main(int argc, char **argv)
{
        sigset_t set;

        if (argc > 1 && strcmp(argv[1], "errno") == 0) {
                errno = 77;
                raise(SIGUSR1);
                printf("errno %s\n", errno == 77 ? "kept" : strerror(errno));
                return 0;
        }
        sigemptyset(&set);
        sigaddset(&set, SIGPIPE);
        sigprocmask(SIG_BLOCK, &set, NULL);
        raise(SIGPIPE);
        say("before");
        raise(SIGUSR1);
        say("after");
        return 0;
}
