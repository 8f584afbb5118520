/* Asks for all 64 dispositions and the mask before and after it has changed and restored them all. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct sigaction found[65];

static void handler(int number)
{
        (void)number;
}

static void show(const char *when)
{
        struct sigaction now;
        sigset_t mask;

        printf("%s\n", when);
        sigprocmask(SIG_BLOCK, NULL, &mask);
        for (int number = 1; number <= 64; number++) {
                memset(&now, 0, sizeof(now));
                printf("%d: %d", number, sigaction(number, NULL, &now));
                printf(" %s flags 0x%x blocked %d, blocks",
                       now.sa_handler == handler   ? "handler"
                       : now.sa_handler == SIG_IGN ? "ignored"
                       : now.sa_handler == SIG_DFL ? "default"
                                                   : "foreign",
                       (unsigned)now.sa_flags, sigismember(&mask, number));
                for (int other = 1; other <= 64; other++)
                        if (sigismember(&now.sa_mask, other) == 1)
                                printf(" %d", other);
                puts("");
        }
}

int main(void)
{
        struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART | SA_NODEFER};
        sigset_t all, old;

        show("at the start");
        sigfillset(&action.sa_mask);
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, &old);
        for (int number = 1; number <= 64; number++)
                sigaction(number, &action, &found[number]);
        show("all changed");
        for (int number = 1; number <= 64; number++)
                sigaction(number, &found[number], NULL);
        sigprocmask(SIG_SETMASK, &old, NULL);
        show("all restored");
        return 0;
}
