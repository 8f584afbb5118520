/* What the kernel tells of a thread in /proc/PID/task/TID (proc(5)). */
#include "insignal/task.h"

#include "insignal/out.h"
#include "memory.h"
#include "sys.h"

int task_open(int pid, int tid, const char *name)
{
        char path[64];
        struct out to = out_into(path, sizeof(path));

        out_text(&to, "/proc/");
        out_number(&to, pid);
        out_text(&to, "/task/");
        out_number(&to, tid);
        out_char(&to, '/');
        out_text(&to, name);
        return sys_open(path, 0, 0);
}

/* Reads a small file and closes it. The text without its newline, empty if it cannot. */
static void read_text(int fd, char *text, size_t size)
{
        long got = fd < 0 ? -1 : sys_read(fd, text, size - 1);

        if (fd >= 0)
                (void)sys_close(fd); /* was only read */
        text[got > 0 ? got - (text[got - 1] == '\n') : 0] = 0;
}

/* Reads a small file of a thread. */
static void read_file(int pid, int tid, const char *name, char *text, size_t size)
{
        read_text(task_open(pid, tid, name), text, size);
}

/* "202 0x7f.. 0x80 ..." in a call, "running", or "-1 SP PC" blocked outside of one. */
bool task_call(int pid, int tid, uint64_t *number, uint64_t *first)
{
        char text[192];
        const char *at = text;

        read_file(pid, tid, "syscall", text, sizeof(text));
        if (*at < '0' || *at > '9')
                return false;
        for (*number = 0; *at >= '0' && *at <= '9'; at++)
                *number = *number * 10 + (uint64_t)(*at - '0');
        if (!text_after(at, " 0x"))
                return false;
        *first = 0;
        for (at += 3; (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'f'); at++)
                *first = *first << 4 | (uint64_t)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
        return true;
}

void task_name(int pid, int tid, char *name)
{
        read_file(pid, tid, "comm", name, 16);
}

void task_own_name(char *name)
{
        read_text(sys_open("/proc/thread-self/comm", 0, 0), name, 16);
}

#define PF_IO_WORKER 0x10 /* include/linux/sched.h */

/* Third and ninth field of "PID (NAME) S ...", where the name may hold anything. */
bool task_is_deaf(int pid, int tid)
{
        char text[256] = "";
        const char *at = text;
        uint64_t flags = 0;

        read_file(pid, tid, "stat", text, sizeof(text));
        for (const char *behind = text; *behind; behind++)
                if (*behind == ')')
                        at = behind;
        if (text_after(at, ") Z"))
                return true;
        for (unsigned field = 2; *at && field < 9; at++)
                field += *at == ' ';
        while (*at >= '0' && *at <= '9')
                flags = flags * 10 + (uint64_t)(*at++ - '0');
        return flags & PF_IO_WORKER;
}

void task_doing(int pid, int tid, char *to, size_t size)
{
        struct out words = out_into(to, size);
        char text[192];

        read_file(pid, tid, "syscall", text, sizeof(text));
        if (text[0] >= '0' && text[0] <= '9') {
                out_text(&words, "in system call ");
                for (const char *at = text; *at >= '0' && *at <= '9'; at++)
                        out_char(&words, *at);
        } else if (text_equal(text, "running")) {
                out_text(&words, "running");
        }
        read_file(pid, tid, "wchan", text, sizeof(text));
        if (text[0] && !text_equal(text, "0")) {
                out_text(&words, *to ? ", waits in " : "waits in ");
                out_escaped(&words, text);
        }
}
