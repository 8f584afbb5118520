/* Shows all that a SIGTERM handler is handed and what a read that it interrupts answers: fidelity sigaction[+FLAG] */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

static int ends[2], depth, count;

static void handler(int sig, siginfo_t *info, void *context)
{
        sigset_t now;

        pthread_sigmask(SIG_BLOCK, NULL, &now);
        dprintf(1, "handler of %d: code %d value %d own pid %d mask %#lx before %#lx depth %d\n", sig, info->si_code,
                info->si_value.sival_int, info->si_pid == getppid() || info->si_pid == getpid(), now.__val[0],
                ((ucontext_t *)context)->uc_sigmask.__val[0], ++depth);
        if (++count == 1)
                sigqueue(getpid(), SIGTERM, (union sigval){.sival_int = 1});
        depth--;
        (void)!write(ends[1], "x", 1);
}

int main(int argc, char **argv)
{
        struct sigaction act = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO}, now;
        const char *flag = argc > 1 ? argv[1] : "";
        char byte;

        act.sa_flags |= strstr(flag, "restart") ? SA_RESTART : strstr(flag, "nodefer") ? SA_NODEFER : 0;
        act.sa_flags |= strstr(flag, "resethand") ? (int)SA_RESETHAND : 0;
        sigaddset(&act.sa_mask, SIGUSR1);
        if (pipe(ends) || sigaction(SIGTERM, &act, NULL))
                return 1;
        /* a second one would kill where the handler runs once only */
        if (strstr(flag, "resethand"))
                count = 1;
        sigqueue(getpid(), SIGTERM, (union sigval){.sival_int = 4711});
        errno = 0;
        dprintf(1, "read %zd errno %d\n", read(ends[0], &byte, 1), errno);
        sigaction(SIGTERM, NULL, &now);
        dprintf(1, "now %s flags %#x\n", now.sa_handler == SIG_DFL ? "default" : "its own", (unsigned int)now.sa_flags);
        return 0;
}
