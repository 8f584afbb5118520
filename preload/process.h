/* What the process was started with: environment, auxiliary vector, executable. */
#ifndef SIGGUARD_PROCESS_H
#define SIGGUARD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct process {
        char **environment;     /* as the kernel laid it out; null if no libc that we know is here */
        const uint64_t *auxv;   /* pairs, ends with AT_NULL; null as above */
        bool secure;            /* AT_SECURE */
        size_t minimum_stack;   /* AT_MINSIGSTKSZ, 0 before Linux 5.14 */
        const void *headers;    /* AT_PHDR */
        size_t header_count;    /* AT_PHNUM */
        const char *started_as; /* AT_EXECFN, null if unknown; glibc's loader puts the program's name there */
        bool by_loader;         /* the kernel has started the loader itself, and that the program: ld.so PROGRAM */
};

/* Reads it from the stack that the kernel made; no system call. */
void process_learn(struct process *to);

/* The path of the executable, from /proc or else as it was started; to: size bytes, always terminated. */
void process_executable(const struct process *of, char *to, size_t size);

/* AT_HWCAP2: what the processor and the kernel allow programs to do; 0 if unknown. */
uint64_t process_capabilities(void);

/* The auxiliary vector and its size in bytes, for the helper. */
const void *process_auxv(size_t *size);

#endif
