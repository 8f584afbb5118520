/* Crashes around fork and with several threads: crash_fork child|vfork [parent] or crash_fork many. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_barrier_t together;

static void child_crash(void)
{
        *(volatile int *)0x80 = 1;
}

static void *thread_crash(void *unused)
{
        pthread_barrier_wait(&together);
        *(volatile int *)0x88 = 1;
        return unused;
}

/* How the child ended; "parent" then makes its parent crash, too. */
static int tell(pid_t pid, bool parent)
{
        int status;

        waitpid(pid, &status, 0);
        printf("child %d signal %d\n", pid, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
        fflush(stdout);
        if (parent)
                *(volatile int *)0x98 = 1;
        return 0;
}

int main(int argc, char **argv)
{
        const char *way = argc > 1 ? argv[1] : "";
        pthread_t thread;
        pid_t pid;

        if (!strcmp(way, "child")) {
                if ((pid = fork()) == 0)
                        child_crash();
                return tell(pid, argc == 3);
        }
        if (!strcmp(way, "vfork")) {
                if ((pid = vfork()) == 0)
                        child_crash();
                return tell(pid, argc == 3);
        }
        if (strcmp(way, "many"))
                return 64;
        pthread_barrier_init(&together, NULL, 8);
        for (int i = 0; i < 8; i++)
                pthread_create(&thread, NULL, thread_crash, NULL);
        pause();
}
