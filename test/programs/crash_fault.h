/* Faults that the hardware or the kernel makes, one function each; every one says first which address it will touch. */
#ifndef CRASH_FAULT_H
#define CRASH_FAULT_H

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile uintptr_t sink;
static volatile int zero;
static void (*volatile no_function)(void);
static const char constant[64] = "constant";
static char data[64] = {(char)0xc3};

static void touching(volatile const void *address)
{
        printf("address %p\n", (void *)(uintptr_t)address);
        fflush(stdout);
}

static void null_read(void)
{
        volatile int *where = (volatile int *)0x18;

        touching(where);
        sink = *where;
}

static void null_write(void)
{
        volatile int *where = NULL;

        touching(where);
        *where = 1;
}

static void null_call(void)
{
        touching(NULL);
        no_function();
}

static void readonly_write(void)
{
        touching(constant + 8);
        *(volatile char *)(uintptr_t)(constant + 8) = 'x';
}

static void execute_data(void)
{
        void (*volatile function)(void) = (void (*)(void))(uintptr_t)data;

        touching(data);
        function();
}

static void noncanonical_read(void)
{
        volatile int *where = (volatile int *)0x4142434445464748;

        touching(where);
        sink = *where;
}

static void wild_jump(void)
{
        void (*volatile function)(void) = (void (*)(void))0x123456789000;

        touching((void *)0x123456789000);
        function();
}

static void truncated_read(void)
{
        FILE *file = tmpfile();
        char *map;

        if (!file || ftruncate(fileno(file), 8192))
                exit(2);
        map = mmap(NULL, 8192, PROT_READ, MAP_SHARED, fileno(file), 0);
        if (ftruncate(fileno(file), 0))
                exit(2);
        touching(map + 4096);
        sink = (uintptr_t) * (volatile char *)(map + 4096);
}

#ifdef __x86_64__
static void illegal_instruction(void)
{
        __asm__ volatile("ud2");
}

static void breakpoint(void)
{
        __asm__ volatile("int3");
}
#else
static void illegal_instruction(void)
{
        __asm__ volatile("udf #0");
}

static void breakpoint(void)
{
        __asm__ volatile("brk #0");
}
#endif

static void division(void)
{
        sink = (uintptr_t)(100 / zero);
}

static void forbidden_call(void)
{
        struct sock_filter code[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setdomainname, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog filter = {sizeof(code) / sizeof(code[0]), code};

        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
                exit(2);
        syscall(SYS_setdomainname, "", 0);
}

static const struct {
        const char *name;
        void (*make)(void);
} faults[] = {
        {"null_read", null_read},
        {"null_write", null_write},
        {"null_call", null_call},
        {"readonly_write", readonly_write},
        {"execute_data", execute_data},
        {"noncanonical_read", noncanonical_read},
        {"wild_jump", wild_jump},
        {"truncated_read", truncated_read},
        {"illegal_instruction", illegal_instruction},
        {"breakpoint", breakpoint},
        {"division", division},
        {"forbidden_call", forbidden_call},
};

/* The plain way for a probe that is about something else than the kind of fault. */
static inline void fault(const char *name)
{
        for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
                if (!strcmp(faults[i].name, name))
                        faults[i].make();
        fprintf(stderr, "no fault is called %s\n", name);
        exit(64);
}

#endif
