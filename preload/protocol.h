/* The questions and answers between a crashed process and the helper that names its frames, and the raw form. */
#ifndef SIGGUARD_PROTOCOL_H
#define SIGGUARD_PROTOCOL_H

#include <stdint.h>

/*
 * One SOCK_SEQPACKET pair, one packet per message. The helper asks, the server (a child of the crashed process that
 * shares its memory) answers each question with exactly one packet: a struct answer, then answer.length bytes. TELL_*
 * are answered too, with an empty answer, so that a helper that dies in the middle never leaves half a thought.
 * Both sides run on one machine from one build: host byte order, no padding anywhere (checked below), and a version
 * that must be equal. Both treat the other as hostile: every length is checked before it is used.
 */
#define PROTOCOL_VERSION 5
#define PROTOCOL_FD 3          /* the helper's end of the pair */
#define PROTOCOL_OUT_FD 4      /* where the text of the report goes; not open when it goes nowhere */
#define PROTOCOL_PAYLOAD 65536 /* the most bytes behind an answer */
#define PROTOCOL_LINES 2048    /* the most bytes behind a question */
#define MAPS_ROOM 8192         /* the kernel gives maps in pieces of at most a page, or of one long line */

enum question_kind {
        ASK_CRASH = 1,  /* -> struct crash_facts */
        ASK_MEMORY,     /* address, length (at most PROTOCOL_PAYLOAD) -> the readable prefix; -EFAULT if it is empty,
                           -EACCES if this mapping is never served (device, foreign) */
        ASK_MAPS,       /* address = offset in bytes -> the next part of /proc/self/maps. To be asked in order, from 0,
                           until an answer leaves MAPS_ROOM bytes or more of it free. -ENOENT: no /proc */
        ASK_AUXV,       /* -> the auxiliary vector as the kernel laid it out */
        ASK_EXECUTABLE, /* -> empty answer with the running executable as a passed descriptor (SCM_RIGHTS) */
        ASK_THREADS,    /* address = index of the first wanted -> struct thread_facts[], empty ends it. The crashed
                           thread is not among them */
        ASK_STACKS,     /* address = index of the first wanted, as for ASK_THREADS -> for as many as fit, a struct
                           thread_stack and its bytes */
        ASK_LEDGER,     /* -> struct ledger_facts */
        TELL_FRAMES,    /* finished lines of text (the last without newline, at most PROTOCOL_LINES bytes) that are
                           printed if the helper dies before its report is out: names from symbol tables, sent before
                           DWARF is opened */
        TELL_FILED, /* the file in the report directory is in place: told at once, so that a helper that is late with
                           the rest is not followed by a second file */
        TELL_DONE,  /* address = DONE_* bits: the report is written, nothing more will be asked */
};

#define DONE_PRINTED 1 /* the whole text went to PROTOCOL_OUT_FD (or to the journal), or none was wanted */
#define DONE_FILED 2   /* the file in the report directory is in place, or none was wanted */

struct question {
        uint32_t kind;
        uint32_t length; /* ASK_MEMORY: bytes wanted; TELL_FRAMES: bytes of text that follow this struct */
        uint64_t address;
};

struct answer {
        int32_t error;   /* 0 or a negative errno */
        uint32_t length; /* bytes that follow this struct */
};

/*
 * General registers by their DWARF numbers.
 * x86_64 (psABI 0.99, figure 3.36): 0 rax 1 rdx 2 rcx 3 rbx 4 rsi 5 rdi 6 rbp 7 rsp 8-15 r8-r15 16 rip, then 17 eflags.
 * aarch64 (AADWARF64): 0-30 x0-x30, 31 sp, 32 pc, then 33 pstate.
 */
#define PROTOCOL_REGISTERS 34
struct registers {
        uint64_t r[PROTOCOL_REGISTERS];
};

/* Why the fault happened, as far as the hardware said. */
enum access_kind { ACCESS_UNKNOWN = 0, ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE };

/* What was asked of the report. */
#define WANT_JSON 1        /* SIGGUARD_REPORT=json: one line; else text */
#define WANT_ALL_THREADS 2 /* SIGGUARD_THREADS=all */
#define WANT_JOURNAL 4     /* SIGGUARD_LOG=journal: the report goes to /run/systemd/journal/socket */
#define WANT_PRIORITY 8    /* PROTOCOL_OUT_FD is journald's stream: each line starts with <2> */
#define WANT_SOURCE 16     /* SIGGUARD_SOURCE=1: the source lines around the fault */
#define WANT_LOCALS 32     /* SIGGUARD_LOCALS=1: arguments and locals of the innermost frames */

/* What could not be done before the helper started; told in the report in words. */
#define DEGRADED_HEAD_LOST 1     /* the head line could not be written in time */
#define DEGRADED_NO_PROC 2       /* /proc/self/maps could not be read */
#define DEGRADED_THREADS_LATE 4  /* some threads did not answer the stop signal in time */
#define DEGRADED_MANY_THREADS 8  /* more than 256 threads, the rest is not in the report */
#define DEGRADED_SECOND_CRASH 16 /* a step of the handler faulted itself and was left */
#define DEGRADED_NO_THREADS 64   /* the other threads could not be listed */
#define DEGRADED_OTHER_HELPER 32 /* the carried helper could not be started, an installed one was */

/* Who sent a signal. Texts are zero-terminated, empty if unknown. */
struct sender_facts {
        int32_t pid, uid; /* pid 0: unknown */
        char name[16];    /* comm */
        char group[80];   /* "unit cron.service" or "cgroup /system.slice/x"; of a long path the end */
};

struct crash_facts {
        uint32_t version; /* PROTOCOL_VERSION */
        uint32_t size;    /* sizeof(struct crash_facts) */
        int32_t pid, tid;
        int32_t signal, code; /* si_signo, si_code */
        int32_t error;        /* si_errno */
        uint32_t machine;     /* EM_X86_64 or EM_AARCH64 */
        uint32_t want;        /* WANT_* */
        uint32_t degraded;    /* DEGRADED_* */
        uint32_t access;      /* enum access_kind */
        uint32_t reserved;
        uint64_t last_fault;  /* with access: the thread's last page fault, which need not be this signal's reason */
        uint64_t time_ns;     /* CLOCK_REALTIME of the crash */
        uint64_t deadline_ns; /* CLOCK_MONOTONIC: the report must be out by then, or the helper is killed */
        uint64_t siginfo[16]; /* the whole siginfo_t */
        struct registers registers;
        uint64_t thread_pointer; /* of the crashed thread: its thread-local variables lie about it; 0 if unknown */
        uint64_t guard_base;     /* load address of the library itself, so that its own frames can be told */
        uint64_t stack_low, stack_high; /* the alternate stack that the handler ran on, 0 if none */
        char program[64];               /* base name of the executable, zero-terminated */
        char thread[16];                /* comm of the crashed thread, zero-terminated */
        struct sender_facts sender;     /* si_code <= 0, and not the process itself */
        char head[512];                 /* the head line as it was printed, zero-terminated, without newline */
        char report_dir[1024];          /* SIGGUARD_REPORT_DIR, empty if not set */
        char line_start[256]; /* SIGGUARD_LOG_FORMAT=json: each line stands behind this and before "}, else empty */
};

struct thread_facts {
        int32_t tid;
        uint32_t answered; /* 1: ASK_STACKS has its registers */
        char name[16];
        char doing[96]; /* not answered: what /proc/self/task/TID/{syscall,wchan} says, in words; else empty */
};

#define STACK_TOP 2048 /* the most bytes of a stack that come with its registers: what most waiting threads need */

/* Then come length bytes, from its stack pointer on. */
struct thread_stack {
        int32_t tid;
        uint32_t length;            /* 0: to be asked for as any memory is */
        struct registers registers; /* all 0 if it did not answer */
};

#define LEDGER_SIGNALS 65 /* 1..64; index 0 is never used */
#define LEDGER_CHANGES 64 /* that many are remembered */
#define LEDGER_CHAIN 16   /* handlers of one signal */

struct change_facts {
        uint64_t time_ns; /* CLOCK_REALTIME; 0: there was none */
        int32_t signal;
        int32_t tid;
        uint64_t caller;                   /* an address in the code that asked */
        uint64_t old_handler, new_handler; /* as the program sees them: 0 SIG_DFL, 1 SIG_IGN, else an address */
        char verdict_name[16];             /* "passed", "kept", "wrapped", "vetoed", ... */
        char hook_name[16];                /* "sigaction", "signal", ... */
};

/* The dispositions of a guarded signal: what the kernel has, as far as we know, and what the program asked for. */
struct signal_facts {
        int32_t signal; /* 0: not guarded, and the rest is empty */
        uint32_t reserved;
        char action_name[8];
        char rule_name[8];
        char kernel_name[8];    /* "guard", "program", "ignored", "default" */
        uint64_t asked_handler; /* 0 SIG_DFL, 1 SIG_IGN, else an address */
        uint64_t asked_flags;
};

/* What has happened to it since the start, when nothing of this is written. */
struct signal_past {
        uint64_t chain[LEDGER_CHAIN]; /* rule chain: all that were asked for, newest first, until a 0 */
        uint64_t swallowed;           /* how many were ignored so far */
        struct sender_facts last;     /* who sent the last of them */
        struct change_facts change;   /* the last one */
};

/*
 * The ledger as it lies in the service's memory, under the exported name sigguard_ledger: asked for by the helper, and
 * read from outside by "sigguard status". It changes while it is read: turn is odd meanwhile.
 */
struct ledger_facts {
        char magic[8];          /* LEDGER_MAGIC */
        uint32_t version, size; /* PROTOCOL_VERSION, sizeof(struct ledger_facts) */
        char release[16];       /* of sigguard */
        char state[16];         /* "active", "dormant"; empty: the constructor has not run */
        uint64_t turn;          /* of the rows of signals */
        uint64_t changes;       /* how many there were; number N lies in ring[N % LEDGER_CHANGES] */
        struct signal_facts signals[LEDGER_SIGNALS];
        struct signal_past past[LEDGER_SIGNALS];
        struct {
                uint64_t number; /* 1 + its place in the history once it is complete, 0 while it is written */
                struct change_facts facts;
        } ring[LEDGER_CHANGES];
};
#define LEDGER_MAGIC "sigguard" /* without its zero */
#define LEDGER_NAME "sigguard_ledger"

_Static_assert(sizeof(struct question) == 16, "no padding");
_Static_assert(sizeof(struct answer) == 8, "no padding");
_Static_assert(sizeof(struct thread_facts) == 120, "no padding");
_Static_assert(sizeof(struct thread_stack) == 8 + sizeof(struct registers), "no padding");
_Static_assert(sizeof(struct sender_facts) == 104, "no padding");
_Static_assert(sizeof(struct change_facts) == 72, "no padding");
_Static_assert(sizeof(struct signal_facts) == 48, "no padding");
_Static_assert(sizeof(struct signal_past) == 312, "no padding");
_Static_assert(sizeof(struct ledger_facts) == 64 + 65 * (48 + 312) + 64 * 80,
               "no padding, and less than PROTOCOL_PAYLOAD");
_Static_assert(sizeof(struct crash_facts) % 8 == 0, "no padding");

/*
 * The raw form: what the handler prints when no helper could name the frames, and what "sigguard symbolize" reads.
 * One frame per line, OFFSET is the address in the ELF file's own numbering (p_vaddr), spaces, control characters and
 * backslashes in PATH are \xHH, an address in no module has "?" for path and build-id "-":
 *
 *   sigguard: raw #0 pc 0x55d0c0de1139 /usr/bin/service+0x1139 build-id 4f3c09...  [registers]
 *   sigguard: raw #1 pc 0x7f11c0dea24a /lib/libc.so.6+0x2724a build-id 51657f...  [frame pointer]
 *   sigguard: raw #2 pc 0x55d0c0de1144 /usr/bin/service+0x1144 build-id 4f3c09...  [stack scan]
 *   sigguard: raw end
 *
 * [registers] is the interrupted instruction itself; the others are return addresses (look up pc - 1).
 */
#endif
