/* Shows the kernel's signal mask from inside a handler that asked for a full mask. */
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static void handler(int sig)
{
        unsigned long kernel = 0;

        syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &kernel, 8);
        dprintf(1, "signal %d\nkernel handler: %#lx\n", sig, kernel);
}

int main(void)
{
        struct sigaction act = {.sa_handler = handler};

        sigfillset(&act.sa_mask);
        sigaction(SIGUSR1, &act, NULL);
        return raise(SIGUSR1);
}
