/* Crashes with a stack that is of no use: hostile_stack return|garbage|unmapped|null|coroutine|small [thread]. */
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

static uint64_t garbage[4096];

#ifdef __x86_64__
#define CRASH_ON(stack) __asm__ volatile("mov %0, %%rsp\n\tmovl $1, 0x60" ::"r"(stack) : "memory")
#else
#define CRASH_ON(stack) __asm__ volatile("mov sp, %0\n\tmov x1, #0x60\n\tstr x1, [x1]" ::"r"(stack) : "x1", "memory")
#endif

__attribute__((noinline)) static void smashed_return(void)
{
        volatile uintptr_t *frame = __builtin_frame_address(0);

        frame[1] = 0x123456789000;
}

static int recurse(int depth)
{
        volatile char room[256];

        room[depth & 255] = 1;
        return recurse(depth + 1) + room[1];
}

static void coroutine(void)
{
        recurse(0);
}

static void on_coroutine(void)
{
        static ucontext_t home, there;
        char *low = mmap(NULL, 65536 + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        mprotect(low, 4096, PROT_NONE);
        getcontext(&there);
        there.uc_stack.ss_sp = low + 4096;
        there.uc_stack.ss_size = 65536;
        there.uc_link = &home;
        makecontext(&there, coroutine, 0);
        swapcontext(&home, &there);
}

static void *crash(void *way)
{
        for (unsigned i = 0; i < 4096; i++)
                garbage[i] = 0x4141414141414141 * (i % 7);
        if (!strcmp(way, "return"))
                smashed_return();
        if (!strcmp(way, "garbage"))
                CRASH_ON(garbage + 1024);
        if (!strcmp(way, "unmapped"))
                CRASH_ON(0x123456789000);
        if (!strcmp(way, "null"))
                CRASH_ON((uintptr_t)0);
        if (!strcmp(way, "coroutine"))
                on_coroutine();
        recurse(0);
        return way;
}

int main(int argc, char **argv)
{
        pthread_attr_t attributes;
        pthread_t thread;

        if (argc < 2)
                return 64;
        if (argc == 2)
                crash(argv[1]);
        pthread_attr_init(&attributes);
        /* the least that libc allows, which is 16 KiB on x86_64 */
        pthread_attr_setstacksize(&attributes, !strcmp(argv[1], "small") ? (size_t)PTHREAD_STACK_MIN : 1 << 20);
        pthread_create(&thread, &attributes, crash, argv[1]);
        pthread_join(thread, NULL);
}
