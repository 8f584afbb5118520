/* Fills the FIFO named until nothing more goes in. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
        char page[4096];
        int fd = argc > 1 ? open(argv[1], O_RDWR | O_NONBLOCK) : -1;

        memset(page, '.', sizeof(page));
        while (write(fd, page, sizeof(page)) > 0)
                ;
        while (write(fd, page, 1) > 0)
                ;
        return fd < 0;
}
