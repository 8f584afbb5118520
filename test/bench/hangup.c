/*
 * A server whose peers hang up before it answers: hangup default|ignore|nosignal REQUESTS prints nanoseconds per request.
 *
 * The peer connects over TCP, asks, and is gone by a reset; the server reads the question, and its answer meets EPIPE.
 */
#include "mark.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void peer(const struct sockaddr_in *address, int requests)
{
        for (int i = 0; i < requests; i++) {
                const struct linger reset = {1, 0};
                int fd = socket(AF_INET, SOCK_STREAM, 0);
                char answer;

                if (fd < 0 || connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0)
                        _exit(1);
                (void)!write(fd, "question", 8);
                (void)!read(fd, &answer, 1);
                setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
                close(fd);
        }
        _exit(0);
}

static int serve(int listener, int requests, int flags)
{
        int hung_up = 0;

        for (int i = 0; i < requests; i++) {
                int fd = accept(listener, NULL, NULL);
                char question[64];

                if (fd < 0)
                        return -1;
                (void)!recv(fd, question, sizeof(question), 0);
                (void)!send(fd, "a", 1, flags);
                while (recv(fd, question, sizeof(question), 0) > 0) /* until the peer has gone */
                        ;
                if (send(fd, "answer", 6, flags) < 0 && errno == EPIPE)
                        hung_up++;
                close(fd);
        }
        return hung_up;
}

int main(int argc, char **argv)
{
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t length = sizeof(address);
        int listener = socket(AF_INET, SOCK_STREAM, 0), requests = argc == 3 ? atoi(argv[2]) : 0, status;
        long long started;

        if (requests < 1 || bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 64) ||
            getsockname(listener, (struct sockaddr *)&address, &length))
                return 64;
        if (strcmp(argv[1], "ignore") == 0)
                signal(SIGPIPE, SIG_IGN);
        started = mark_clock();
        if (fork() == 0)
                peer(&address, requests);
        if (serve(listener, requests, strcmp(argv[1], "nosignal") == 0 ? MSG_NOSIGNAL : 0) != requests)
                return 1;
        printf("%.1f\n", (double)(mark_clock() - started) / requests);
        wait(&status);
        return status != 0;
}
