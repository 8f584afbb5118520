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
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hardware.h"
#include "storm.h"

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
        hardware_null_write(&(struct faults_scene){0});
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
                hardware_illegal(NULL);
        hardware_null_read(NULL);
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
                hardware_null_write(scene);
        pass_on(child);
}

static void vfork_child(const struct faults_scene *scene)
{
        pid_t child = vfork();

        if (child == 0)
                hardware_null_write(scene);
        pass_on(child);
}

static const struct {
        const char *name;
        void (*make)(const struct faults_scene *scene);
} faults[] = {
        {"null-read", hardware_null_read},
        {"null-write", hardware_null_write},
        {"wild-write", hardware_wild_write},
        {"readonly-write", hardware_readonly_write},
        {"noncanonical", hardware_noncanonical},
        {"null-call", hardware_null_call},
        {"wild-jump", hardware_wild_jump},
        {"data-jump", hardware_data_jump},
        {"lost-stack", hardware_lost_stack},
        {"overflow", hardware_overflow},
        {"illegal", hardware_illegal},
        {"trap", hardware_trap},
        {"divide", hardware_divide},
        {"truncated-file", hardware_truncated_file},
        {"filtered-call", filtered_call},
        {"abort", call_abort},
        {"double-free", double_free},
        {"raise", raise_it},
        {"queue-to-self", queue_to_self},
        {"other-thread", other_thread},
        {"in-timer", hardware_null_read},
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
