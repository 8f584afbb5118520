/* The least that a helper can cost: a preloaded handler that starts a static program, which does nothing, and waits for it. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void handler(int signal_number)
{
        char *helper = getenv("IDLE_HELPER"), *nothing[] = {NULL};
        char *arguments[] = {helper, (char *)"--version", NULL};
        pid_t pid = vfork();

        if (pid == 0) {
                execve(helper, arguments, nothing);
                _exit(127);
        }
        waitpid(pid, NULL, 0);
        signal(signal_number, SIG_DFL);
}

__attribute__((constructor)) static void start(void)
{
        signal(SIGSEGV, handler);
}
