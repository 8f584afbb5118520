/* A service that runs the command line it is given, by popen, passes its output on and prints its status. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
        char copy[4096];
        size_t length;
        FILE *pipe;

        if (argc < 2)
                return 64;
        if (strncmp(argv[1], "exec ", 5) == 0) {
                if (fork() == 0)
                        execl(argv[1] + 5, argv[1] + 5, (char *)NULL);
                for (;;)
                        pause();
        }
        pipe = popen(argv[1], "r");
        while (pipe && (length = fread(copy, 1, sizeof(copy), pipe)) > 0)
                fwrite(copy, 1, length, stdout);
        printf("status %d\n", pclose(pipe));
        return 0;
}
