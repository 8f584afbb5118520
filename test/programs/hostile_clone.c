/* Crashes in a thread that libc does not know: hostile_clone thread|zero; "zero" also has no thread pointer. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char stack[65536] __attribute__((aligned(64)));

static int crash_in_clone(void *unused)
{
        *(volatile int *)0x68 = 1;
        return unused != NULL;
}

int main(int argc, char **argv)
{
        int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;

        if (argc == 2 && !strcmp(argv[1], "zero"))
                flags |= CLONE_SETTLS;
        if (clone(crash_in_clone, stack + sizeof(stack), flags, NULL, NULL, NULL) < 0)
                return 64;
        for (;;)
                pause();
}
