/* Runs code that it made itself at 0x200000000100; standard input, with @ for this address, goes to its map of JIT code,
 * or to the file that the argument names. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const unsigned char code[] = {
#ifdef __x86_64__
        0x55, 0x48, 0x89, 0xe5, 0x48, 0x31, 0xc0, 0x48, 0x8b, 0x40, 0x18, 0x5d, 0xc3,
#else
        0xfd, 0x7b, 0xbf, 0xa9, 0xfd, 0x03, 0x00, 0x91, 0x00, 0x00, 0x80, 0xd2,
        0x00, 0x0c, 0x40, 0xf9, 0xfd, 0x7b, 0xc1, 0xa8, 0xc0, 0x03, 0x5f, 0xd6,
#endif
};

int main(int argc, char **argv)
{
        char *made = mmap((void *)0x200000000000, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        char path[256];
        int one;

        snprintf(path, sizeof(path), "/tmp/perf-%d.map", (int)getpid());
        FILE *map = made != MAP_FAILED ? fopen(argc > 1 ? argv[1] : path, "w") : NULL;

        while (map && (one = getchar()) != EOF)
                if (one == '@')
                        fprintf(map, "%lx", (unsigned long)(made + 256));
                else
                        fputc(one, map);
        if (!map || fclose(map))
                return 1;
        puts(path);
        fflush(stdout);
        memcpy(made + 256, code, sizeof(code));
        __builtin___clear_cache(made + 256, made + 256 + sizeof(code));
        ((void (*)(void))(made + 256))();
        return 0;
}
