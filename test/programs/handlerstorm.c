/* Sends itself SIGUSR1 without end while threads set and take away handlers and children are forked; ends by itself. */
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

static void *storm(void *unused)
{
        while (atomic_load(&running))
                kill(getpid(), SIGUSR1);
        return unused;
}

int main(void)
{
        pthread_t threads[4];
        int status, failed = 0;

        for (int i = 0; i < 4; i++)
                pthread_create(&threads[i], NULL, i < 3 ? change : storm, NULL);
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
        for (int i = 0; i < 4; i++)
                pthread_join(threads[i], NULL);
        printf("%d children failed, handlers %s\n", failed, handled ? "ran" : "never ran");
        return failed != 0;
}
