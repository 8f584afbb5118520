/* The crashes that the processor finds: bad addresses, bad instructions, a stack that is full or lost. */
#include "hardware.h"

#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>

#include "storm.h"

static const int constant = 1;
static volatile int zero;
static unsigned char data[64] = {0xc3};

void hardware_null_read(const struct faults_scene *scene)
{
        zero = ((volatile struct { int before[6], value; } *)0)->value;
        (void)scene;
}

void hardware_null_write(const struct faults_scene *scene)
{
        *(volatile int *)0 = scene->signal;
}

/* Somewhere below the first mapping of any process, or far above the heap of this one. */
void hardware_wild_write(const struct faults_scene *scene)
{
        *(volatile int *)(uintptr_t)(0x1000000000 + (storm_random(scene->random) & 0xffffffffff8)) = 1;
}

void hardware_readonly_write(const struct faults_scene *scene)
{
        *(volatile int *)(uintptr_t)&constant = scene->signal;
}

void hardware_noncanonical(const struct faults_scene *scene)
{
        zero = *(volatile int *)(uintptr_t)(0x8000000000000000u | storm_random(scene->random) >> 2);
}

void hardware_null_call(const struct faults_scene *scene)
{
        ((void (*)(void))(uintptr_t)zero)();
        (void)scene;
}

void hardware_wild_jump(const struct faults_scene *scene)
{
        ((void (*)(void))(uintptr_t)(0x1000000000 + (storm_random(scene->random) & 0xffffffffff)))();
}

void hardware_data_jump(const struct faults_scene *scene)
{
        ((void (*)(void))(uintptr_t)data)();
        (void)scene;
}

void hardware_lost_stack(const struct faults_scene *scene)
{
        (void)scene;
#if defined(__x86_64__)
        __asm__ volatile("mov $0x1234, %%rsp\n\tpush %%rax" ::: "memory");
#else
        __asm__ volatile("mov x1, #0x1000\n\tmov sp, x1\n\tstr x0, [sp, #-16]!" ::: "x1", "memory");
#endif
}

static int recurse(int depth)
{
        volatile char frame[256];

        frame[0] = (char)depth;
        return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

void hardware_overflow(const struct faults_scene *scene)
{
        zero = recurse(scene->signal);
}

void hardware_illegal(const struct faults_scene *scene)
{
        (void)scene;
#if defined(__x86_64__)
        __asm__ volatile("ud2");
#else
        __asm__ volatile("udf #0");
#endif
}

void hardware_trap(const struct faults_scene *scene)
{
        (void)scene;
#if defined(__x86_64__)
        __asm__ volatile("int3");
#else
        __asm__ volatile("brk #0");
#endif
}

/* aarch64 divides by zero without a fault; there the signal is sent as the kernel would. */
void hardware_divide(const struct faults_scene *scene)
{
#if defined(__x86_64__)
        zero = scene->signal / zero;
#else
        raise(SIGFPE);
#endif
        (void)scene;
}

void hardware_truncated_file(const struct faults_scene *scene)
{
        int file = memfd_create("storm", MFD_CLOEXEC);
        volatile char *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);

        zero = page[scene->signal & 7];
}
