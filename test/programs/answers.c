/* A service without signal handlers: prints ready, answers each line of its standard input, then waits. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
        char line[256];
        ssize_t length;

        dprintf(1, "ready\n");
        /* a stray signal may cut a read short only where SA_RESTART does not reach: then the answer says so */
        while ((length = read(0, line, sizeof(line))) != 0)
                if (length < 0)
                        dprintf(1, "read: %s\n", strerror(errno));
                else
                        dprintf(1, "answer: %.*s", (int)length, line);
        for (;;)
                pause();
}
