/* A small web service as one finds them: threads, no signal handlers, a bug in a rarely used corner.
   flags: -O1 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct session {
        char name[24];
        int visits;
};

struct request {
        int fd;
        char path[64];
        struct session *session; /* null for a client that is not logged in: nobody thought of that */
};

static void send_text(int fd, const char *text)
{
        if (write(fd, text, strlen(text)) < 0)
                perror("demo_service: write");
}

static inline __attribute__((always_inline)) int count_visit(struct session *session)
{
        return ++session->visits;
}

static __attribute__((noinline)) void greet(const struct request *request)
{
        char text[64];

        snprintf(text, sizeof(text), "HTTP/1.0 200 OK\r\n\r\nyour visit %d\n", count_visit(request->session));
        send_text(request->fd, text);
}

/* A line now and then, as long as the client listens. */
static __attribute__((noinline)) void stream(const struct request *request)
{
        send_text(request->fd, "HTTP/1.0 200 OK\r\n\r\n");
        while (write(request->fd, "tick\n", 5) == 5)
                usleep(20000);
        perror("demo_service: the client has gone");
}

static __attribute__((noinline)) void handle_request(const struct request *request)
{
        if (strcmp(request->path, "/greet") == 0)
                greet(request);
        else if (strcmp(request->path, "/stream") == 0)
                stream(request);
        else
                send_text(request->fd, "HTTP/1.0 200 OK\r\n\r\nalive\n");
}

static void *worker(void *listener)
{
        for (;;) {
                struct request request = {0};
                char text[1024] = "";

                request.fd = accept(*(int *)listener, NULL, NULL);
                if (read(request.fd, text, sizeof(text) - 1) > 0 && sscanf(text, "GET %63s", request.path) == 1)
                        handle_request(&request);
                close(request.fd);
        }
        return NULL;
}

int main(void)
{
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t size = sizeof(address);
        int listener = socket(AF_INET, SOCK_STREAM, 0);

        if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 16) ||
            getsockname(listener, (struct sockaddr *)&address, &size))
                return 1;
        for (int i = 0; i < 3; i++) {
                char name[16];
                pthread_t thread;

                snprintf(name, sizeof(name), "worker-%d", i);
                pthread_create(&thread, NULL, worker, &listener);
                pthread_setname_np(thread, name);
        }
        printf("ready on port %d\n", ntohs(address.sin_port));
        fflush(stdout);
        for (;;)
                pause();
}
