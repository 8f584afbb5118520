/* What the process was started with: environment, auxiliary vector, executable. */
#ifndef SIGGUARD_PROCESS_H
#define SIGGUARD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct process {
        char **arguments;       /* as the kernel laid them out; null if they were not found */
        char **environment;     /* behind them; null if no libc that we know is here */
        const uint64_t *auxv;   /* pairs, ends with AT_NULL; null as above */
        bool secure;            /* AT_SECURE */
        size_t minimum_stack;   /* AT_MINSIGSTKSZ, 0 before Linux 5.14 */
        size_t page_size;       /* AT_PAGESZ */
        const void *headers;    /* AT_PHDR */
        size_t header_count;    /* AT_PHNUM */
        const char *started_as; /* AT_EXECFN, null if unknown; glibc's loader puts the program's name there */
};

/* Reads it from the stack that the kernel made; no system call. */
void process_learn(struct process *to);

/*
 * The path of the executable. The last component is that of the file itself, the folders before it may be links: they
 * are as it was started if that was by an absolute path.
 */
const char *process_executable(const struct process *of);

/* The path without any links in it, from /proc. False, and nothing in to that counts, if it is not told there. */
bool process_link(char *to, size_t size);

/* AT_HWCAP2: what the processor and the kernel allow programs to do; 0 if unknown. */
uint64_t process_capabilities(void);

/* The auxiliary vector and its size in bytes, for the helper. */
const void *process_auxv(size_t *size);

#endif
