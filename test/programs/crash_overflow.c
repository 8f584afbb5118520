/* Recurses until the stack is used up, or has a variable that is too large for it: crash_overflow plain|mutual|large [thread]. */
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

static int large(int size)
{
        volatile char room[size];

        room[0] = 1;
        return room[size / 2];
}

static void *worker(void *way)
{
        if (!strcmp(way, "large"))
                return (void *)(long)large(64 << 20);
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
