/* Writes a file to standard output by splice(2), again and again, whose first argument is the source: splices FILE */
/* flags: -D_GNU_SOURCE */
#include <fcntl.h>
#include <stdio.h>

int main(int argc, char **argv)
{
        for (;;) {
                int file = open(argc > 1 ? argv[1] : "/etc/services", O_RDONLY);
                ssize_t moved;

                while ((moved = splice(file, NULL, 1, NULL, 4096, 0)) > 0)
                        ;
                if (file < 0 || moved < 0) {
                        perror("splice");
                        return 7;
                }
        }
}
