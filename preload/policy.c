/* The policy: one table of defaults, and how it is put in place. */
#include "policy.h"

#include "insignal/chain.h"
#include "insignal/disposition.h"

/* Every signal that is not here is left alone. shown: what a program reads at its start. */
static const struct {
        uint8_t signal, action;
        bool shown_ignored; /* HUP looks as under nohup, a state that every program knows; the others are cloaked */
        bool fault;         /* raised by the hardware: never blocked */
} rows[] = {
        {SIGHUP, ACTION_IGNORE, true, false},   {SIGUSR1, ACTION_IGNORE, false, false},
        {SIGUSR2, ACTION_IGNORE, false, false}, {SIGPIPE, ACTION_IGNORE, false, false},
        {SIGSEGV, ACTION_CRASH, false, true},   {SIGBUS, ACTION_CRASH, false, true},
        {SIGILL, ACTION_CRASH, false, true},    {SIGFPE, ACTION_CRASH, false, true},
        {SIGABRT, ACTION_CRASH, false, false},  {SIGTRAP, ACTION_CRASH, false, true},
        {SIGSYS, ACTION_CRASH, false, true},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

void policy_defaults(struct guard *to)
{
        for (int signal = 1; signal < GUARD_SIGNALS; signal++)
                to->rule[signal] = RULE_PROTECT;
        for (size_t i = 0; i < ROWS; i++)
                to->action[rows[i].signal] = rows[i].action;
}

static bool is_crash_signal(int signal, bool *fault)
{
        for (size_t i = 0; i < ROWS; i++) {
                if (rows[i].signal == signal && rows[i].action == ACTION_CRASH) {
                        *fault = rows[i].fault;
                        return true;
                }
        }
        return false;
}

void policy_complete(struct guard *to)
{
        bool fault = false;

        if (to->shell)
                to->action[SIGPIPE] = ACTION_LEAVE;
        for (int signal = 1; signal < GUARD_SIGNALS; signal++) {
                if (to->action[signal] == ACTION_LEAVE)
                        continue;
                if (to->action[signal] == ACTION_CRASH && to->rule[signal] == RULE_CHAIN)
                        to->rule[signal] = RULE_PROTECT;
                to->guarded |= set_of(signal);
                if (to->action[signal] == ACTION_CRASH && is_crash_signal(signal, &fault) && fault)
                        to->faults |= set_of(signal);
        }
}

bool policy_allows(int signal, enum action_kind action, const char **expected)
{
        bool fault;

        *expected = "a signal that can be caught, like HUP or TERM";
        if (signal == SIGKILL || signal == SIGSTOP || (signal >= 32 && signal <= 34))
                return false; /* 32 to 34 are libc's own */
        *expected = "allow, log, protect or veto (only the handler that can mend a crash may take it)";
        if (action == ACTION_CHAIN)
                return !is_crash_signal(signal, &fault);
        *expected = "crash, report or leave (the failed instruction would repeat for ever)";
        return action == ACTION_LEAVE || action == ACTION_CRASH || action == ACTION_REPORT ||
               !is_crash_signal(signal, &fault);
}

static bool shown_ignored(int signal)
{
        for (size_t i = 0; i < ROWS; i++)
                if (rows[i].signal == signal)
                        return rows[i].shown_ignored && !guard.shell;
        return false;
}

struct disposition policy_initial(int signal)
{
        struct disposition state = {.kernel = KERNEL_GUARD, .untouched = true};

        if (guard.action[signal] == ACTION_CHAIN)
                state.kernel = KERNEL_DEFAULT;
        if (guard.action[signal] == ACTION_DISCARD) {
                state.asked.handler = (void *)SIG_IGN;
                state.kernel = KERNEL_IGNORED;
        } else if (guard.action[signal] == ACTION_IGNORE && shown_ignored(signal)) {
                state.asked.handler = (void *)SIG_IGN;
                state.shown_ignored = true;
        }
        return state;
}

/*
 * One signal. What was ignored when we were started stays ignored, as under nohup; what another library's constructor
 * has installed before us is the program's own.
 */
static void install(int signal)
{
        const struct kernel_action ours = disposition_guarded(signal);
        struct disposition state = policy_initial(signal);
        struct kernel_action had;
        struct link link, lost;

        if (sys_sigaction(signal, &ours, &had) < 0) {
                guard.guarded &= ~set_of(signal); /* a signal that this kernel does not have */
                return;
        }
        if (had.handler != (void *)SIG_DFL || guard.action[signal] == ACTION_CHAIN)
                (void)sys_sigaction(signal, &had, NULL); /* the same call has just succeeded */
        if (had.handler != (void *)SIG_DFL) {
                state = (struct disposition){.asked = had};
                state.kernel = had.handler == (void *)SIG_IGN ? KERNEL_IGNORED : KERNEL_PROGRAM;
        }
        disposition_write(signal, &state);
        if (had.handler != (void *)SIG_DFL && guard.rule[signal] == RULE_CHAIN) {
                link = (struct link){.owner = CHAIN_STARTED, .action = had};
                if (had.handler != (void *)SIG_IGN)
                        link.owner = chain_owner((uint64_t)(uintptr_t)had.handler);
                chain_set(signal, &link, &lost);
                (void)chain_apply(signal, &state); /* the same call has just succeeded */
        }
}

void policy_install(void)
{
        for (int signal = 1; signal < GUARD_SIGNALS; signal++)
                if (guard_has(signal))
                        install(signal);
}
