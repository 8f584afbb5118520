/* Forks a child that waits as its parent does; the child's pid is told. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
        pid_t pid = fork();

        if (pid > 0)
                dprintf(1, "child %d\nready\n", pid);
        for (;;)
                pause();
}
