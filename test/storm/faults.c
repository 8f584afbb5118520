/* The crashes themselves: one function each, found by the name of their kind. */
#include "faults.h"

#include <dlfcn.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storm.h"

static const int constant = 1;
static volatile int zero;
static unsigned char data[64] = {0xc3};

static void null_read(const struct faults_scene *scene)
{
        zero = ((volatile struct { int before[6], value; } *)0)->value;
        (void)scene;
}

static void null_write(const struct faults_scene *scene)
{
        *(volatile int *)0 = scene->signal;
}

/* Somewhere below the first mapping of any process, or far above the heap of this one. */
static void wild_write(const struct faults_scene *scene)
{
        *(volatile int *)(uintptr_t)(0x1000000000 + (storm_random(scene->random) & 0xffffffffff8)) = 1;
}

static void readonly_write(const struct faults_scene *scene)
{
        *(volatile int *)(uintptr_t)&constant = scene->signal;
}

static void noncanonical(const struct faults_scene *scene)
{
        zero = *(volatile int *)(uintptr_t)(0x8000000000000000u | storm_random(scene->random) >> 2);
}

static void null_call(const struct faults_scene *scene)
{
        ((void (*)(void))(uintptr_t)zero)();
        (void)scene;
}

static void wild_jump(const struct faults_scene *scene)
{
        ((void (*)(void))(uintptr_t)(0x1000000000 + (storm_random(scene->random) & 0xffffffffff)))();
}

static void data_jump(const struct faults_scene *scene)
{
        ((void (*)(void))(uintptr_t)data)();
        (void)scene;
}

static void lost_stack(const struct faults_scene *scene)
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

static void overflow(const struct faults_scene *scene)
{
        zero = recurse(scene->signal);
}

static void illegal(const struct faults_scene *scene)
{
        (void)scene;
#if defined(__x86_64__)
        __asm__ volatile("ud2");
#else
        __asm__ volatile("udf #0");
#endif
}

static void trap(const struct faults_scene *scene)
{
        (void)scene;
#if defined(__x86_64__)
        __asm__ volatile("int3");
#else
        __asm__ volatile("brk #0");
#endif
}

/* aarch64 divides by zero without a fault; there the signal is sent as the kernel would. */
static void divide(const struct faults_scene *scene)
{
#if defined(__x86_64__)
        zero = scene->signal / zero;
#else
        raise(SIGFPE);
#endif
        (void)scene;
}

static void truncated_file(const struct faults_scene *scene)
{
        int file = memfd_create("storm", MFD_CLOEXEC);
        volatile char *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);

        zero = page[scene->signal & 7];
}

static void filtered_call(const struct faults_scene *scene)
{
        struct sock_filter code[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_getpgid, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog filter = {4, code};

        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
        syscall(__NR_getpgid, 0);
        (void)scene;
}

static void call_abort(const struct faults_scene *scene)
{
        (void)scene;
        abort();
}

/* Three in a row, so that no allocator takes the second for the first of another owner. */
static void double_free(const struct faults_scene *scene)
{
        void *volatile block = malloc(2000);

        free(block);
        free(block);
        free(block);
        (void)scene;
        abort();
}

static void raise_it(const struct faults_scene *scene)
{
        raise(scene->signal);
}

static void queue_to_self(const struct faults_scene *scene)
{
        sigqueue(getpid(), scene->signal, (union sigval){.sival_int = 4242});
}

static void other_thread(const struct faults_scene *scene)
{
        pthread_kill(scene->threads[storm_pick(scene->random, scene->thread_count)], scene->signal);
}

static void in_constructor(const struct faults_scene *scene)
{
        void *handle;

        setenv("STORM_CRASH_IN_CONSTRUCTOR", "1", 1);
        /* another thread may have it open: then its constructor does not run again until it is closed */
        while ((handle = dlopen(scene->library, RTLD_NOW)))
                dlclose(handle);
}

static void crash_at_exit(void)
{
        null_write(&(struct faults_scene){0});
}

static void after_main(const struct faults_scene *scene)
{
        (void)scene;
        atexit(crash_at_exit);
        exit(0);
}

static void *crash_in_thread(void *kind)
{
        if (*(const int *)kind)
                illegal(NULL);
        null_read(NULL);
        return NULL;
}

/* Eight threads and this one, at the same moment as far as the scheduler allows. */
static void at_once(int mixed)
{
        static int kinds[8];
        pthread_t thread;

        for (int i = 0; i < 8; i++) {
                kinds[i] = mixed && i % 2;
                pthread_create(&thread, NULL, crash_in_thread, &kinds[i]);
        }
        crash_in_thread(&mixed);
}

static void many_at_once(const struct faults_scene *scene)
{
        (void)scene;
        at_once(0);
}

static void mixed_at_once(const struct faults_scene *scene)
{
        (void)scene;
        at_once(1);
}

/* The service tells what its child died of. */
static void pass_on(pid_t child)
{
        int status = 0;

        waitpid(child, &status, 0);
        _exit(WIFSIGNALED(status) ? WTERMSIG(status) : 99);
}

static void forked_child(const struct faults_scene *scene)
{
        pid_t child = fork();

        if (child == 0)
                null_write(scene);
        pass_on(child);
}

static void vfork_child(const struct faults_scene *scene)
{
        pid_t child = vfork();

        if (child == 0)
                null_write(scene);
        pass_on(child);
}

static const struct {
        const char *name;
        void (*make)(const struct faults_scene *scene);
} faults[] = {
        {"null-read", null_read},
        {"null-write", null_write},
        {"wild-write", wild_write},
        {"readonly-write", readonly_write},
        {"noncanonical", noncanonical},
        {"null-call", null_call},
        {"wild-jump", wild_jump},
        {"data-jump", data_jump},
        {"lost-stack", lost_stack},
        {"overflow", overflow},
        {"illegal", illegal},
        {"trap", trap},
        {"divide", divide},
        {"truncated-file", truncated_file},
        {"filtered-call", filtered_call},
        {"abort", call_abort},
        {"double-free", double_free},
        {"raise", raise_it},
        {"queue-to-self", queue_to_self},
        {"other-thread", other_thread},
        {"in-timer", null_read},
        {"abort-in-timer", call_abort},
        {"in-constructor", in_constructor},
        {"after-main", after_main},
        {"many-at-once", many_at_once},
        {"mixed-at-once", mixed_at_once},
        {"forked-child", forked_child},
        {"vfork-child", vfork_child},
};

void faults_make(const struct faults_scene *scene)
{
        for (unsigned i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
                if (!strcmp(faults[i].name, scene->kind))
                        faults[i].make(scene);
}
