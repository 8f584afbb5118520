/* A service that does what each line of its standard input says: hello, pipe, fault, abort, raise or end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct order {
        char text[16];
        int *answers; /* nobody has set it */
};

static __attribute__((noinline)) void carry_out(struct order *order)
{
        int ends[2];

        if (strcmp(order->text, "pipe\n") == 0 && pipe(ends) == 0 && close(ends[0]) == 0 && write(ends[1], "x", 1) < 0)
                perror("write");
        else if (strcmp(order->text, "fault\n") == 0)
                *order->answers = 1;
        else if (strcmp(order->text, "abort\n") == 0)
                abort();
        else if (strcmp(order->text, "raise\n") == 0)
                raise(SIGSEGV);
        else if (strcmp(order->text, "end\n") == 0)
                exit(3);
}

int main(void)
{
        struct order order = {0};

        printf("ready as process %d\n", getpid());
        fflush(stdout);
        while (fgets(order.text, sizeof(order.text), stdin)) {
                carry_out(&order);
                printf("done: %s", order.text);
                fflush(stdout);
        }
        return 0;
}
