/* What the process was started with, read from the stack that the kernel made. */
#include "process.h"

#include "insignal/guard.h"
#include "libc.h"
#include "memory.h"
#include "sys.h"

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif

static WRITTEN_AT_START const uint64_t *vector;
static WRITTEN_AT_START size_t vector_size;
static WRITTEN_AT_START uint64_t capabilities;
static WRITTEN_AT_START char executable[GUARD_PATH];
/* The kernel has started the loader itself, and that the program: ld.so PROGRAM. */
static WRITTEN_AT_START bool by_loader;

/*
 * The stack at the start: argc, the arguments, null, the environment, null, pairs (System V ABI, 3.4.1). glibc's
 * environ is null while initfirst constructors run, so its loader's __libc_stack_end leads there; musl sets environ.
 */
static void find_stack(struct process *to)
{
        char **at;

        if (&__libc_stack_end && __libc_stack_end) {
                at = to->arguments = (char **)__libc_stack_end + 1;
                while (*at)
                        at++;
                to->environment = at + 1;
        } else if (&environ) {
                to->environment = environ;
        }
}

void process_learn(struct process *to)
{
        char **at;

        *to = (struct process){0};
        find_stack(to);
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
                case AT_PAGESZ:
                        to->page_size = pair[1];
                        break;
                case AT_BASE:
                        by_loader = !pair[1];
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

/* 10: the kernel goes through five interpreters at most (fs/exec.c), each with its name, one argument and a script. */
#define MOST_INSERTED 10

/*
 * Whether an interpreter runs instead of the file that was asked for: the kernel then puts that file's name, which stays
 * AT_EXECFN, behind the interpreter's (fs/binfmt_script.c, fs/binfmt_misc.c).
 */
static bool may_be_interpreter(const struct process *of)
{
        for (unsigned i = 1; i <= MOST_INSERTED && of->arguments[0] && of->arguments[i]; i++)
                if (text_equal(of->arguments[i], of->started_as))
                        return true;
        return false;
}

bool process_link(char *to, size_t size)
{
        long length = by_loader ? 0 : sys(__NR_readlinkat, -100, "/proc/self/exe", to, size - 1);

        if (length > 0)
                to[length] = 0;
        return length > 0;
}

#define MOST_LINKS 8

/*
 * Puts what a link leads to in place of its last component, or of the whole path; 0, or a negative errno: EINVAL if the
 * file is no link (readlink(2)). Paths below /dev/fd and /proc are descriptors of execveat(2) and mean nothing to others.
 */
static long follow(char *path)
{
        char target[GUARD_PATH];
        const char *base = text_base(path);
        long length;

        if (text_after(path, "/dev/fd/") || text_after(path, "/proc/"))
                return -EXDEV;
        length = sys(__NR_readlinkat, -100, path, target, sizeof(target) - 1);
        if (length < 0)
                return length;
        target[length] = 0;
        if (*target == '/')
                text_copy(path, GUARD_PATH, target);
        else if (text_base(target) == target)
                text_copy(path + (base - path), GUARD_PATH - (size_t)(base - path), target);
        else
                return -EXDEV;
        return 0;
}

/*
 * Whether the name that the program was started by leads to its file; it is in executable then. Reading the link in /proc
 * is half of what the start costs, and as much again at the end, when the kernel takes down what /proc had made of the
 * process. While glibc's environ is null, nothing of the program has run that could have written over the text.
 */
static bool find_by_name(const struct process *of)
{
        long answer = 0;

        if (!of->arguments || !&environ || environ || !of->started_as || *of->started_as != '/' || by_loader ||
            may_be_interpreter(of))
                return false;
        text_copy(executable, sizeof(executable), of->started_as);
        for (unsigned i = 0; i < MOST_LINKS && answer == 0; i++)
                answer = follow(executable);
        return answer == -EINVAL;
}

const char *process_executable(const struct process *of)
{
        if (!find_by_name(of) && !process_link(executable, sizeof(executable)))
                text_copy(executable, sizeof(executable), of->started_as ? of->started_as : "?");
        return executable;
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
