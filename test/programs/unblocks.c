/* A handler of a fault that unblocks the fault and reads what may not be there, as crash handlers do to print memory. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static volatile int *const nothing = (volatile int *)16;
static sigjmp_buf behind;
static volatile sig_atomic_t depth;

static void handler(int sig)
{
        sigset_t set;

        if (depth++)
                siglongjmp(behind, 1);
        sigemptyset(&set);
        sigaddset(&set, sig);
        sigprocmask(SIG_UNBLOCK, &set, NULL);
        if (sigsetjmp(behind, 0) == 0)
                depth = *nothing;
        puts(depth == 2 ? "survived the second fault" : "there was no second fault");
        exit(0);
}

int main(void)
{
        signal(SIGSEGV, handler);
        return *nothing;
}
