/* Makes one fault of crash_fault.h: crash_fault NAME [thread]; a second argument makes it in another thread. */
#define _GNU_SOURCE
#include <pthread.h>

#include "asleep.h"
#include "crash_fault.h"

static void inner(const char *name)
{
        fault(name);
}

static void outer(const char *name)
{
        inner(name);
}

static void *worker(void *name)
{
        pthread_setname_np(pthread_self(), "worker 3");
        wait_until_asleep(getpid()); /* both cores must show the main thread in pthread_join */
        outer(name);
        return NULL;
}

int main(int argc, char **argv)
{
        pthread_t thread;

        if (argc < 2)
                return 64;
        if (argc == 2) {
                outer(argv[1]);
        } else {
                pthread_create(&thread, NULL, worker, argv[1]);
                pthread_join(thread, NULL);
        }
        return 0;
}
