/* A shared library with a crash of its own and one in libc. */
#include <string.h>

static volatile size_t size = 200;
static const char *volatile nowhere = (const char *)0x10;

static int static_part(int depth)
{
        return depth ? static_part(depth - 1) : *(volatile int *)0x20;
}

int crash_part_own(int depth)
{
        return static_part(depth);
}

size_t crash_part_strlen(void)
{
        return strlen(nowhere) + 1;
}

void *crash_part_memcpy(void)
{
        static char room[256];

        memcpy(room, nowhere, size);
        return memchr(room, room[3], sizeof(room));
}
