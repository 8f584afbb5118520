/* What the signal context is handed: one struct, filled by init.c before the first signal of ours, then only read. */
#ifndef SIGGUARD_GUARD_H
#define SIGGUARD_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "sys.h"

#define GUARD_SIGNALS 65 /* 1..64; index 0 is never used */
#define GUARD_PATH 1024

enum action_kind { ACTION_LEAVE, ACTION_IGNORE, ACTION_DISCARD, ACTION_REPORT, ACTION_CRASH, ACTION_CHAIN };
enum rule_kind { RULE_ALLOW, RULE_LOG, RULE_PROTECT, RULE_VETO, RULE_CHAIN };
enum log_target { LOG_STDERR, LOG_JOURNAL, LOG_NONE, LOG_FILE };
enum log_level { LEVEL_CRITICAL, LEVEL_ERROR, LEVEL_WARNING, LEVEL_INFO, LEVEL_DEBUG };

struct guard {
        bool active; /* false: dormant or disabled, every hook is a plain call to the next one */
        bool secure; /* AT_SECURE: nothing of the environment counts */
        bool tool;   /* a filter started by a guarded service: pipeline manners */
        bool shell;  /* SIGPIPE left alone, HUP cloaked */
        bool json, all_threads, source, locals;
        bool json_lines;               /* SIGGUARD_LOG_FORMAT */
        uint8_t action[GUARD_SIGNALS]; /* enum action_kind; ACTION_CHAIN: left alone but for its handlers' chain */
        uint8_t rule[GUARD_SIGNALS];   /* enum rule_kind */
        signal_set guarded;            /* action other than leave */
        signal_set faults;             /* crash signals that are never blocked: SEGV BUS ILL FPE TRAP SYS */
        enum log_target log;
        enum log_level level;
        unsigned timeout_ms;
        uint64_t journal_dev, journal_ino; /* of JOURNAL_STREAM; 0 if there is none */
        uint64_t error_dev, error_ino; /* of the standard error that the process was started with; 0 if it was closed */
        const char *executable;        /* full path as far as it could be learned */
        const char *program;           /* its base name, inside executable */
};

/* What few processes have: empty if not set. */
struct guard_paths {
        char log[GUARD_PATH];
        char report_dir[GUARD_PATH];
        char helper[GUARD_PATH]; /* SIGGUARD_HELPER */
};

extern struct guard guard;
extern struct guard_paths guard_paths;

static inline bool guard_has(int signal)
{
        return signal > 0 && signal < GUARD_SIGNALS && (guard.guarded & set_of(signal));
}

#endif
