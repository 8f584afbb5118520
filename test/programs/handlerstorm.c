/* A child sends it SIGUSR1 without end while threads set and take away handlers and children are forked; ends by itself. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int running = 1, handled;

static void handler(int sig)
{
        (void)sig;
        atomic_fetch_add(&handled, 1);
}

static void *change(void *unused)
{
        while (atomic_load(&running)) {
                signal(SIGUSR1, handler);
                signal(SIGUSR1, SIG_DFL);
        }
        return unused;
}

/* Somebody else: what a program sends itself after it has taken its handler away would be meant. */
static pid_t start_storm(void)
{
        pid_t parent = getpid(), child = fork();

        while (child == 0 && getppid() == parent)
                kill(parent, SIGUSR1);
        if (child == 0)
                _exit(0);
        return child;
}

int main(void)
{
        pthread_t threads[3];
        int status, failed = 0;
        pid_t sender = start_storm();

        for (int i = 0; i < 3; i++)
                pthread_create(&threads[i], NULL, change, NULL);
        for (int i = 0; i < 200; i++) {
                pid_t pid = fork();

                if (pid == 0) {
                        /* a lock that another thread held at the fork would keep the child for ever */
                        signal(SIGALRM, SIG_DFL);
                        alarm(5);
                        signal(SIGUSR1, handler);
                        signal(SIGUSR1, SIG_DFL);
                        _exit(0);
                }
                while (waitpid(pid, &status, 0) != pid)
                        ;
                failed += status != 0;
        }
        running = 0;
        kill(sender, SIGKILL);
        while (waitpid(sender, &status, 0) != sender)
                ;
        for (int i = 0; i < 3; i++)
                pthread_join(threads[i], NULL);
        printf("%d children failed, handlers %s\n", failed, handled ? "ran" : "never ran");
        return failed != 0;
}
