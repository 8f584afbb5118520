/* Who runs here: the process that these tables belong to, a forked copy of it, or a vfork-like child that borrows them. */
#ifndef SIGGUARD_OWNER_H
#define SIGGUARD_OWNER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What must not survive a fork: on a page that the kernel hands to a forked child filled with zeros
 * (MADV_WIPEONFORK, madvise(2)). A vfork child sees the parent's page itself.
 */
struct owner {
        _Atomic int pid;          /* 0: a forked copy that nobody has adopted yet */
        _Atomic bool forked;      /* made by fork, not started by exec */
        _Atomic int lock;         /* tid that changes a disposition, 0 if none */
        _Atomic uint64_t crash;   /* pid << 32 | tid of the thread whose crash is reported, 0 if none */
        _Atomic int watcher;      /* its pid while it runs, cleared by the kernel. Also a futex */
        _Atomic bool leaving;     /* the crashed thread has been given its signal back and dies */
        _Atomic uint32_t reports; /* crashes reported so far */
        _Atomic int stacks_pid;   /* the process whose threads hold the alternate stacks; 0: a forked copy */
};

/* Makes the page this process's own; before the first signal of ours. */
void owner_begin(void);

/* The page, never null. Safe in a handler. */
struct owner *owner_page(void);

/* Whether the kernel wipes the page in forked copies: not before Linux 4.14. */
bool owner_tells_forks(void);

/*
 * Whether the tables are ours to change: true in the process itself and in a forked child, which is adopted; false in
 * a child that shares our memory but not our dispositions (CPython's subprocess, posix_spawn). Costs one getpid.
 */
bool owner_is_self(void);

/* Whether a thread of this process has crashed, was reported, and has been given its signal back: it is about to die. */
bool owner_is_leaving(void);

/* A child that was forked less than a second ago resets its signals as a matter of course before it execs. */
bool owner_is_young(void);

#endif
