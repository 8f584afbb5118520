/* Recurses until the stack is used up: crash_overflow plain|mutual [thread]. */
#include <pthread.h>
#include <string.h>

static int (*volatile keep)(int);

static int recurse(int depth)
{
        volatile char room[512];

        memset((char *)room, depth, sizeof(room));
        return recurse(depth + 1) + room[depth & 511];
}

static int ping(int depth)
{
        volatile char room[256];

        room[depth & 255] = 1;
        return keep(depth + 1) + room[1];
}

static int pong(int depth)
{
        return ping(depth + 1) + 1;
}

static void *worker(void *way)
{
        keep = pong;
        return (void *)(long)(strcmp(way, "mutual") ? recurse(0) : ping(0));
}

int main(int argc, char **argv)
{
        pthread_t thread;

        if (argc == 2)
                return worker(argv[1]) != NULL;
        if (argc != 3)
                return 64;
        pthread_create(&thread, NULL, worker, argv[1]);
        pthread_join(thread, NULL);
}
