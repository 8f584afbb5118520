/* Crashes with descriptors 0-2 closed, or with all of them used up: crash_fds closed|full. */
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

int main(int argc, char **argv)
{
        struct rlimit limit = {32, 32};

        if (argc != 2)
                return 64;
        if (!strcmp(argv[1], "closed")) {
                close(0);
                close(1);
                close(2);
        } else {
                setrlimit(RLIMIT_NOFILE, &limit);
                while (open("/dev/null", O_RDONLY) >= 0)
                        ;
        }
        *(volatile int *)8 = 1;
}
