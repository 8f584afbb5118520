/* A C program with Go libraries in it: go_host WHAT LIBRARY..., each library is loaded and used, then WHAT is done. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void *libraries[4];
static int count;

static int call(int which, const char *name, int argument)
{
        int (*function)(int) = (int (*)(int))dlsym(libraries[which], name);

        return function(argument);
}

static int broken(void)
{
        int pair[2];

        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
                abort();
        close(pair[1]);
        return pair[0];
}

static void host_writes(void)
{
        ssize_t written = write(broken(), "x", 1);

        printf("host write: %s\n", written < 0 ? strerror(errno) : "done");
        fflush(stdout);
}

static int host_fault(int *pointer)
{
        return *pointer + 1;
}

static void *thread(void *what)
{
        if (!strcmp(what, "thread-fault"))
                host_fault((int *)8);
        else
                call(0, "go_fault", 0);
        return what;
}

static void in_thread(char *what)
{
        pthread_t other;

        pthread_create(&other, NULL, thread, what);
        pthread_join(other, NULL);
}

int main(int argc, char **argv)
{
        char *what = argv[1];

        setvbuf(stdout, NULL, _IOLBF, 0);
        if (strstr(what, "reset")) { /* as many programs reset these at their start */
                signal(SIGPIPE, SIG_DFL);
                signal(SIGSEGV, SIG_DFL);
                signal(SIGUSR1, SIG_DFL);
        }
        for (; count + 2 < argc; count++) {
                libraries[count] = dlopen(argv[count + 2], RTLD_NOW | RTLD_LOCAL);
                if (!libraries[count])
                        return fprintf(stderr, "%s\n", dlerror()), 64;
                printf("works: %d\n", call(count, "go_work", 0));
        }
        if (strstr(what, "borrowed")) { /* a handler of its own for a while, and Go's is back */
                struct sigaction own = {.sa_handler = SIG_DFL}, gos;

                sigaction(SIGSEGV, &own, &gos);
                sigaction(SIGSEGV, &gos, NULL);
                call(0, "go_fault", 0);
        }
        if (strstr(what, "writes")) {
                host_writes();
                for (int i = 0; i < count; i++)
                        printf("go write: %s\n", strerror(call(i, "go_write", broken())));
        } else if (strstr(what, "notified")) {
                for (int i = 0; i < count; i++)
                        printf("notified of %d\n", call(i, "go_notified", 0));
                raise(SIGUSR1);
                puts("lives");
        } else if (strstr(what, "thread-")) {
                in_thread(what);
        } else if (strstr(what, "host-fault")) {
                host_fault((int *)8);
        } else if (strstr(what, "host-abort")) {
                abort();
        } else if (strncmp(what, "go_", 3) == 0) {
                call(count - 1, what, 0);
        }
        for (int i = 0; i < count; i++)
                printf("works: %d\n", call(i, "go_work", 0));
        return 7;
}
