/* What the kernel tells of a waiting thread in /proc/PID/task/TID (proc(5)). */
#include "waiting.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static FILE *open_of(int pid, int tid, const char *name)
{
        char path[64];

        snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
        return fopen(path, "re");
}

struct waiting_call waiting_call(int pid, int tid)
{
        struct waiting_call call = {.known = false};
        FILE *file = open_of(pid, tid, "syscall");

        if (!file)
                return call;
        /* The number, six arguments, the stack pointer, the program counter. */
        /* NOLINTNEXTLINE(cert-err34-c): the kernel's own digits */
        call.known = fscanf(file, "%" SCNu64 " 0x%" SCNx64 " %*s %*s %*s %*s %*s 0x%" SCNx64 " 0x%" SCNx64,
                            &call.number, &call.first, &call.sp, &call.pc) == 4;
        fclose(file);
        return call;
}

bool waiting_signal(int pid, int tid)
{
        FILE *file = open_of(pid, tid, "status");
        uint64_t pending = 0, blocked = 0, mask;
        char line[256], name[8];
        unsigned int seen = 0;

        if (!file)
                return true;
        while (fgets(line, sizeof(line), file)) {
                /* NOLINTNEXTLINE(cert-err34-c) */
                if (sscanf(line, "%7[A-Za-z]: %" SCNx64, name, &mask) != 2)
                        continue;
                if (!strcmp(name, "SigPnd") || !strcmp(name, "ShdPnd"))
                        pending |= mask;
                else if (!strcmp(name, "SigBlk"))
                        blocked = mask;
                else
                        continue;
                seen++;
        }
        fclose(file);
        return seen != 3 || pending & ~blocked;
}
