/* What the process was started with, read from the stack that the kernel made. */
#include "process.h"

#include "libc.h"
#include "memory.h"
#include "sys.h"

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif

static const uint64_t *vector;
static size_t vector_size;
static uint64_t capabilities;

/*
 * The stack at the start: argc, the arguments, null, the environment, null, pairs (System V ABI, 3.4.1). glibc's
 * environ is null while initfirst constructors run, so its loader's __libc_stack_end leads there; musl sets environ.
 */
static char **find_environment(void)
{
        char **at;

        if (&__libc_stack_end && __libc_stack_end) {
                at = (char **)__libc_stack_end + 1;
                while (*at)
                        at++;
                return at + 1;
        }
        return &environ ? environ : NULL;
}

void process_learn(struct process *to)
{
        char **at;

        *to = (struct process){.environment = find_environment()};
        if (!to->environment)
                return;
        for (at = to->environment; *at; at++)
                ;
        vector = to->auxv = (const uint64_t *)(const void *)(at + 1);
        for (const uint64_t *pair = vector;; pair += 2) {
                vector_size = (size_t)((const char *)(pair + 2) - (const char *)vector);
                switch (pair[0]) {
                case AT_SECURE:
                        to->secure = pair[1];
                        break;
                case AT_MINSIGSTKSZ:
                        to->minimum_stack = pair[1];
                        break;
                case AT_BASE:
                        to->by_loader = !pair[1];
                        break;
                case AT_PHDR:
                        to->headers = (const void *)(uintptr_t)pair[1];
                        break;
                case AT_PHNUM:
                        to->header_count = pair[1];
                        break;
                case AT_HWCAP2:
                        capabilities = pair[1];
                        break;
                case AT_EXECFN:
                        to->started_as = (const char *)(uintptr_t)pair[1];
                        break;
                case AT_NULL:
                        return;
                default:
                        break;
                }
        }
}

void process_executable(const struct process *of, char *to, size_t size)
{
        long length = of->by_loader ? 0 : sys(__NR_readlinkat, -100, "/proc/self/exe", to, size - 1);

        if (length > 0)
                to[length] = 0;
        else
                text_copy(to, size, of->started_as ? of->started_as : "?");
}

uint64_t process_capabilities(void)
{
        return capabilities;
}

const void *process_auxv(size_t *size)
{
        *size = vector_size;
        return vector;
}
