/* Crashes under a seccomp filter: crash_filtered errno|kill CALL...; the calls named fail, or kill their thread. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
        const char *name;
        unsigned number;
} calls[] = {
        {"memfd_create", SYS_memfd_create},
        {"execveat", SYS_execveat},
        {"execve", SYS_execve},
        {"clone", SYS_clone},
        {"ptrace", SYS_ptrace},
        {"socketpair", SYS_socketpair},
};

static unsigned number_of(const char *name)
{
        for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
                if (!strcmp(calls[i].name, name))
                        return calls[i].number;
        exit(64);
}

int main(int argc, char **argv)
{
        struct sock_filter code[64] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
        struct sock_fprog filter = {1, code};
        unsigned answer = SECCOMP_RET_ERRNO | EPERM;

        if (argc < 3 || argc > 12)
                return 64;
        if (!strcmp(argv[1], "kill"))
                answer = SECCOMP_RET_KILL_THREAD;
        for (int i = 2; i < argc; i++) {
                struct sock_filter jump = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number_of(argv[i]), 0, 1);
                struct sock_filter result = BPF_STMT(BPF_RET | BPF_K, answer);

                code[filter.len++] = jump;
                code[filter.len++] = result;
        }
        code[filter.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
                return 2;
        *(volatile int *)0x90 = 1;
}
