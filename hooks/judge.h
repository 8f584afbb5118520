/* The only one who decides what a later change of a guarded signal does: allow, log, protect, veto or chain. */
#ifndef SIGGUARD_JUDGE_H
#define SIGGUARD_JUDGE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* Exported to the program; everything else in the library is hidden. */
#define HOOK __attribute__((visibility("default")))

/* Who called the hook, and which one it was. */
struct caller {
        uint64_t address;
        const char *hook;
};
#define CALLER(name) ((struct caller){(uint64_t)(uintptr_t)__builtin_return_address(0), name})

/*
 * sigaction(2) as the program sees it, for every signal: guarded ones are judged and answered from the tables,
 * unguarded ones go to the next function. 0, or -1 with errno as libc and kernel would have set it; a failed call and
 * a query change nothing. Safe in a signal handler, in a vfork child and from many threads.
 */
int judge_change(struct caller caller, int signal, const struct sigaction *action, struct sigaction *old);

/*
 * For a signal that we only show as ignored: makes queries answer with action from now on and changes nothing else, so
 * that it does not become really ignored. False for every other one.
 */
bool judge_reads_back(int signal, const struct sigaction *action);

/* Writes an answer as libc and kernel would; to may be null. */
struct kernel_action;
void judge_answer(const struct kernel_action *from, struct sigaction *to);

/* Whether judge_change would decide about this signal, i.e. whether a hook may not just call the next function. */
bool judge_decides(int signal);

#endif
