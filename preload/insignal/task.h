/* What the kernel tells of a thread in /proc/PID/task/TID. All of it is safe in a signal handler. */
#ifndef SIGGUARD_TASK_H
#define SIGGUARD_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The system call that a thread is blocked in: its number and first argument. False: it runs, or the
 * kernel does not tell. */
bool task_call(int pid, int tid, uint64_t *number, uint64_t *first);

/* The thread's name, empty if it is not known. name: 16 bytes. */
void task_name(int pid, int tid, char *name);

/* The same of the calling thread, also where /proc counts pids otherwise than this process. */
void task_own_name(char *name);

/* Opens one of its files. A negative errno if it cannot. */
int task_open(int pid, int tid, const char *name);

/*
 * Whether signals cannot reach it: it has ended, which shows only of the first thread while others live on, or it is
 * one of the kernel's own that work in the process for io_uring(7).
 */
bool task_is_deaf(int pid, int tid);

/* What it does, in words: "system call 202 (waits in futex_wait_queue)". Empty if the kernel does not tell. */
void task_doing(int pid, int tid, char *to, size_t size);

#endif
