/* A service that waits for any child and has a SIGCHLD handler, while another thread crashes; it says what it sees. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *text)
{
        (void)!write(1, text, strlen(text));
}

static void on_child(int number)
{
        (void)number;
        say("SIGCHLD\n");
}

static void *wait_for_any(void *flags)
{
        for (;;)
                if (waitpid(-1, NULL, (int)(long)flags) > 0)
                        say("a child\n");
        return flags;
}

int main(void)
{
        pthread_t thread;

        signal(SIGCHLD, on_child);
        pthread_create(&thread, NULL, wait_for_any, (void *)0);
        pthread_create(&thread, NULL, wait_for_any, (void *)(long)__WALL);
        usleep(50000);
        say("ready\n");
        *(volatile int *)0x78 = 1;
}
