/* A service that crashes and a spy who reads or signals its helper: hostile_spy UID|same|-NUMBER. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int child_of(int pid)
{
        char path[64], digits[64] = "";
        int file;

        snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
        if ((file = open(path, O_RDONLY)) >= 0 && read(file, digits, sizeof(digits) - 1) < 0)
                digits[0] = 0;
        if (file >= 0)
                close(file);
        return atoi(digits);
}

/* The helper behind its exec, stopped: /proc/PID/exe is then its file or its memfd. */
static int stop_helper(int service)
{
        char path[64], target[128];

        while (kill(service, 0) == 0) {
                int helper = child_of(child_of(service));
                ssize_t length;

                snprintf(path, sizeof(path), "/proc/%d/exe", helper);
                length = helper ? readlink(path, target, sizeof(target) - 1) : 0;
                target[length > 0 ? length : 0] = 0;
                if (strstr(target, "sigguard-symbolize") && kill(helper, SIGSTOP) == 0)
                        return helper;
        }
        exit(1);
}

static int catches_alarm(int helper)
{
        char path[64], text[4096];
        const char *caught;
        ssize_t size;
        int file;

        snprintf(path, sizeof(path), "/proc/%d/status", helper);
        if ((file = open(path, O_RDONLY)) < 0)
                return 0;
        size = read(file, text, sizeof(text) - 1);
        text[size > 0 ? size : 0] = 0;
        close(file);
        caught = strstr(text, "SigCgt:");
        return caught && strtoull(caught + 7, NULL, 16) & 1ull << (SIGALRM - 1);
}

/*
 * Lets the helper go on from system call to system call until it catches SIGALRM itself: it then has a report at hand for
 * the case that it fails. Without the stops that time is too short to be met.
 */
static void signal_helper(int service, int number)
{
        int helper = stop_helper(service), status;

        ptrace(PTRACE_SEIZE, helper, 0, PTRACE_O_TRACESYSGOOD);
        ptrace(PTRACE_INTERRUPT, helper, 0, 0);
        kill(helper, SIGCONT);
        while (waitpid(helper, &status, 0) == helper && WIFSTOPPED(status)) {
                if (catches_alarm(helper)) {
                        printf("sent %d\n", kill(helper, number));
                        fflush(stdout);
                        ptrace(PTRACE_DETACH, helper, 0, 0);
                        break;
                }
                ptrace(PTRACE_SYSCALL, helper, 0, 0);
        }
        exit(0);
}

static const char *word(long done)
{
        return done >= 0 ? "allowed" : strerror(errno);
}

static void spy(int service, int uid)
{
        static char bytes[16];
        struct iovec here = {bytes, 16}, there = {(void *)(uintptr_t)0x400000, 16};
        char path[64];
        int helper = stop_helper(service);

        if (uid && (setgid((gid_t)uid) || setuid((uid_t)uid)))
                exit(64);
        snprintf(path, sizeof(path), "/proc/%d/mem", helper);
        printf("mem %s\n", word(open(path, O_RDONLY)));
        printf("readv %s\n",
               process_vm_readv(helper, &here, 1, &there, 1, 0) < 0 && errno == EPERM ? word(-1) : "allowed");
        printf("ptrace %s\n", word(ptrace(PTRACE_SEIZE, helper, 0, 0)));
        fflush(stdout);
        kill(helper, SIGCONT);
        exit(0);
}

int main(int argc, char **argv)
{
        int uid = argc == 2 ? atoi(argv[1]) : 0, service = getpid(), first;

        /* the spy is a grandchild: the service's first child must be the watcher */
        if ((first = fork()) == 0) {
                if (fork() == 0 && uid < 0)
                        signal_helper(service, -uid);
                else if (getppid() != service)
                        spy(service, uid);
                _exit(0);
        }
        waitpid(first, NULL, 0);
        usleep(50000);
        if (uid > 0 && (setgid((gid_t)uid) || setuid((uid_t)uid)))
                return 64;
        *(volatile int *)0x90 = 1;
}
