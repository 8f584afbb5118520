/* Writes to a peer that is gone, over the kind of channel named, and prints what write answered: breaks pipe|unix|tcp [TIMES [exit]] */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int tcp_without_peer(void)
{
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t size = sizeof(address);
        int listener = socket(AF_INET, SOCK_STREAM, 0), peer, own = socket(AF_INET, SOCK_STREAM, 0);

        bind(listener, (struct sockaddr *)&address, size);
        listen(listener, 1);
        getsockname(listener, (struct sockaddr *)&address, &size);
        connect(own, (struct sockaddr *)&address, size);
        peer = accept(listener, NULL, NULL);
        /* closing with unread data resets the connection; the read here returns when the reset has arrived */
        (void)!write(own, "unread", 6);
        close(peer);
        (void)!read(own, &size, 1);
        return own;
}

int main(int argc, char **argv)
{
        const char *kind = argc > 1 ? argv[1] : "pipe";
        int ends[2], times = argc > 2 ? atoi(argv[2]) : 1;

        if (strcmp(kind, "tcp") == 0)
                ends[1] = tcp_without_peer();
        else if ((strcmp(kind, "unix") == 0 ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends) : pipe(ends)) == 0)
                close(ends[0]);
        for (int i = 0; i < times; i++) {
                ssize_t result = write(ends[1], "x", 1);
                dprintf(1, "fd %d: write %zd %s\n", ends[1], result, result < 0 ? strerror(errno) : "");
        }
        dprintf(1, "ready\n");
        while (argc < 4)
                pause();
        return 0;
}
