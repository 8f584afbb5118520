/* Recovers from a fault again and again by siglongjmp out of its handler: recovers TIMES SAVEMASK [FLAG...]. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sigjmp_buf back;
static volatile int recovered;

static void handler(int number)
{
        (void)number;
        siglongjmp(back, 1);
}

static void fault(void)
{
        *(volatile int *)0x28 = 1;
}

int main(int argc, char **argv)
{
        static char memory[65536];
        stack_t stack = {.ss_sp = memory, .ss_size = sizeof(memory)};
        struct sigaction action = {.sa_handler = handler};
        int times = argc > 2 ? atoi(argv[1]) : 0;

        for (int i = 3; i < argc; i++) {
                if (!strcmp(argv[i], "onstack"))
                        action.sa_flags |= SA_ONSTACK;
                if (!strcmp(argv[i], "ownstack"))
                        sigaltstack(&stack, NULL);
                if (!strcmp(argv[i], "nodefer"))
                        action.sa_flags |= SA_NODEFER;
                if (!strcmp(argv[i], "full"))
                        sigfillset(&action.sa_mask);
        }
        sigaction(SIGSEGV, &action, NULL);
        while (recovered < times) {
                if (sigsetjmp(back, argc > 2 && atoi(argv[2])) == 0)
                        fault();
                recovered++;
                if (recovered == 1)
                        puts("recovered once");
                fflush(stdout);
        }
        printf("recovered %d times\n", recovered);
        fflush(stdout);
        signal(SIGSEGV, SIG_DFL);
        fault();
        return 0;
}
