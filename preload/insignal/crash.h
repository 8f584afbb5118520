/* One crash from head line to death: the facts that all its steps share, and the way in. */
#ifndef SIGGUARD_CRASH_H
#define SIGGUARD_CRASH_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "arch/arch.h"
#include "insignal/guard.h"
#include "protocol.h"

#define CRASH_KEPT 32768

/*
 * The one crash that is being reported, in static memory: the handler's own stack stays small, and the watcher, which
 * shares this memory, reads and writes it too. Owned by the thread in owner_page()->crash.
 */
struct crash {
        struct crash_facts facts;
        siginfo_t *info;
        ucontext_t *context;
        bool head_is_out;           /* the head line has been tried to the end */
        bool by_abort;              /* the signal is glibc's or musl's abort() */
        struct arch_recovery point; /* where a step is left for if it faults itself */
        _Atomic bool point_set;
        uint64_t start_ns;    /* CLOCK_MONOTONIC */
        unsigned patience_ms; /* how long a slow reader of our lines may still be waited for, in all */
        uint64_t end_ns;      /* the whole budget is spent */

        int watcher_pid;         /* to be waited for, also when it is gone */
        _Atomic bool served;     /* the helper is done, one way or the other */
        _Atomic int helper;      /* pid while it runs */
        _Atomic int spawn_error; /* positive errno of the exec, 0 if it went well */
        _Atomic uint32_t done;   /* DONE_* as the helper said */
        _Atomic uint32_t filed;  /* DONE_FILED once the helper has said so, whatever comes after */
        _Atomic uint32_t heard;  /* questions that the helper asked */
        const char *failed_step; /* what could not be done on the way to the helper, in words, or null */
        int failed_error;        /* its negative errno */
        char kept[CRASH_KEPT];   /* lines of TELL_FRAMES, each with its newline */
        _Atomic uint32_t kept_size;
};

extern struct crash crash_now;

/* The whole path, from the handler of a crash signal. Returns to die, or to live on where the kernel drops the signal. */
void crash(int signal, siginfo_t *info, void *context);

/* The report alone: what happens to the process is somebody else's decision. */
void crash_report(int signal, siginfo_t *info, void *context);

/*
 * To be asked first in a handler of a crash signal: true if this is no crash of the program's but one of the crash path
 * itself, which is dealt with (the step is left, or the watcher ends), so that the handler has nothing more to do.
 */
bool crash_catches(int signal, siginfo_t *info, void *context);

/* Whether the interrupted code is on its way out of abort(): a return address into it is near the stack pointer. */
bool crash_is_abort(const void *context);

/* Writes lines of this crash, waiting for a slow reader as long as the crash has patience left. 0 or a negative errno. */
int crash_say(struct crash *crash, const char *lines);

/* Remembers the first thing that went wrong on the way to the helper. step: a constant; error: a negative errno. */
void crash_failed(const char *step, long error);

#endif
