/* Removes or replaces the file of code that it then runs: crash_gone FILE REPLACEMENT|"" [LIBRARY], and crashes in it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

static volatile int sum;

__attribute__((noinline)) static int gone_inner(volatile int *from)
{
        return *from + sum;
}

__attribute__((noinline)) static int gone_outer(volatile int *from)
{
        return gone_inner(from) + 1;
}

int main(int argc, char **argv)
{
        void *library = argc > 3 ? dlopen(argv[3], RTLD_NOW) : NULL;
        int (*part)(int) = library ? (int (*)(int))dlsym(library, "crash_part_own") : NULL;

        if (argc < 3 || (argc > 3 && !part) || (argv[2][0] ? rename(argv[2], argv[1]) : unlink(argv[1])))
                return 1;
        if (part)
                return part(2);
        return gone_outer(NULL);
}
