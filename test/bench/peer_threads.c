/*
 * Two other ways to give every thread an alternate stack, as preloaded libraries: a mapping for each (PER_THREAD), or a
 * part of the thread's own stack.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE 4096
#define SIZE (16 * PAGE)

struct start {
        void *(*function)(void *);
        void *argument;
};

#ifdef PER_THREAD
static void unmap(void *low)
{
        const stack_t none = {.ss_flags = SS_DISABLE};

        sigaltstack(&none, NULL);
        munmap(low, PAGE + SIZE);
}
#endif

static void *run(void *of)
{
        struct start start = *(struct start *)of;
        void *result;

        free(of);
#ifdef PER_THREAD
        char *low = mmap(0, PAGE + SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
        const stack_t stack = {.ss_sp = low + PAGE, .ss_size = SIZE};

        mprotect(low, PAGE, PROT_NONE);
        sigaltstack(&stack, NULL);
        pthread_cleanup_push(unmap, low);
        result = start.function(start.argument);
        pthread_cleanup_pop(1);
#else
        char room[SIZE];
        const stack_t stack = {.ss_sp = room, .ss_size = SIZE};

        sigaltstack(&stack, NULL);
        result = start.function(start.argument);
#endif
        return result;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *), void *argument)
{
        static int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
        struct start *start = malloc(sizeof(*start));

        if (!next)
                next = (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))dlsym(RTLD_NEXT,
                                                                                                      "pthread_create");
        *start = (struct start){function, argument};
        return next(thread, attributes, run, start);
}
