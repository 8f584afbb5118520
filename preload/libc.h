/* All that we know of the C library: a handful of weak symbols, each null where the library has none (musl, no libc). */
#ifndef SIGGUARD_LIBC_H
#define SIGGUARD_LIBC_H

#include <elf.h>
#include <link.h>

#define WEAK extern __attribute__((weak, visibility("default")))

/* errno's address, glibc and musl alike. Only where libc's thread pointer is in place: never in the crash path. */
WEAK int *__errno_location(void);
/* musl sets it before constructors run; glibc only after those that are marked initfirst. */
WEAK char **environ;
/* glibc's ld.so: the stack as the kernel laid it out, argc first. */
WEAK void *__libc_stack_end;
/* The loader's list of modules: an object in glibc, a pointer in musl. */
WEAK struct r_debug _r_debug;
WEAK struct r_debug *_dl_debug_addr;

#endif
