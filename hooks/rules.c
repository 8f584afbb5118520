/* The rules: what a change of a guarded signal shall do, and what a caller is shown. Nothing is carried out here. */
#include "rules.h"

#include "insignal/deliver.h"
#include "insignal/owner.h"
#include "policy.h"

/* ABRT ILL TRAP SYS: Go takes them and never forwards them, so our handler keeps the slot and calls Go's after the report. */
static bool go_keeps_from_us(int signal)
{
        return guard.action[signal] == ACTION_CRASH &&
               (signal == SIGABRT || signal == SIGILL || signal == SIGTRAP || signal == SIGSYS);
}

enum runtime rules_asker(int signal, const struct disposition *now, uint64_t address)
{
        enum runtime runtime = runtimes_of(address);

        if (runtime == RUNTIME_JVM && (!now->untouched || guard.action[signal] != ACTION_IGNORE || signal == SIGPIPE))
                return RUNTIME_NONE;
        return runtime;
}

/*
 * What the caller is shown. Go asks at its start and decides by the answer: SIG_IGN makes it leave HUP alone and drop a
 * USR1 or USR2 that meets a thread that is not its own; a handler of ours for PIPE and the faults makes it forward those
 * that do not concern Go code (runtime/signal_unix.go: initsig, sigfwdgo). The same where C code has asked for SIG_DFL
 * before Go was loaded: for Go, too, our handler is in the kernel. A JVM that finds HUP ignored would not let Java code
 * have a handler for it either, neither now nor later (jvm.cpp: JVM_RegisterSignal).
 */
struct kernel_action rules_shown(int signal, const struct disposition *now, enum runtime to)
{
        struct kernel_action is = now->asked;

        if (to == RUNTIME_JVM)
                is.handler = (void *)SIG_DFL;
        if (to != RUNTIME_GO || now->wrapped || now->kernel != KERNEL_GUARD)
                return is;
        if (guard.action[signal] == ACTION_IGNORE && signal != SIGPIPE)
                is.handler = (void *)SIG_IGN;
        else if (guard.action[signal] == ACTION_IGNORE ||
                 (guard.action[signal] == ACTION_CRASH && !go_keeps_from_us(signal)))
                is = disposition_guarded(signal);
        return is;
}

/* What Go itself asks for: it has thought about signals, so that most of it passes. */
static struct decision for_go(int signal, const struct kernel_action *asked)
{
        if (disposition_is_handler(asked->handler) &&
            (go_keeps_from_us(signal) || guard.action[signal] == ACTION_REPORT))
                return (struct decision){VERDICT_WRAPPED, false};
        return (struct decision){VERDICT_PASSED, false}; /* also SIG_DFL: Go has decided to die of it */
}

/*
 * What a JVM asks for before any Java code runs. With HUP it would end the service (Terminator.setup). With USR2
 * it stops its own threads, and crashes when somebody else sends it to a thread that is not Java's (signals_posix.cpp:
 * SR_handler). That handler blocks nothing; one for Java code, which may be the first if _JAVA_SR_SIGNUM names another
 * signal, blocks everything.
 */
static bool is_jvms_end(int signal, const struct kernel_action *asked)
{
        return signal == SIGHUP && disposition_is_handler(asked->handler);
}

static bool is_jvms_suspension(const struct kernel_action *asked)
{
        return disposition_is_handler(asked->handler) && !(asked->mask & set_of(SIGTERM));
}

/* The rule protect: what protects the service stays, what the program needs passes. */
static struct decision protect(int signal, const struct disposition *now, const struct kernel_action *asked)
{
        enum action_kind action = guard.action[signal];

        if (asked->handler == (void *)SIG_DFL) {
                /* a crash that was reported is over: the program's own last steps must be able to die of it */
                if (action == ACTION_CRASH && atomic_load(&owner_page()->reports))
                        return (struct decision){VERDICT_PASSED, false};
                return (struct decision){VERDICT_KEPT, action != ACTION_CRASH && action != ACTION_REPORT &&
                                                               disposition_is_handler(now->asked.handler)};
        }
        if (asked->handler == (void *)SIG_IGN)
                return (struct decision){VERDICT_PASSED, false};
        if (action == ACTION_REPORT || asked->flags & SA_RESETHAND || (action == ACTION_CRASH && signal == SIGABRT))
                return (struct decision){VERDICT_WRAPPED, false};
        return (struct decision){VERDICT_PASSED, false};
}

struct decision rules_decide(int signal, const struct disposition *now, const struct kernel_action *asked,
                             enum runtime by)
{
        /* somebody gives back what we have shown as the handler before */
        if (asked->handler == (void *)deliver)
                return (struct decision){VERDICT_RESTORED, false};
        /* SIG_IGN for the state that we showed is nohup's; for a handler that replaced that state it is a restore */
        if (asked->handler == (void *)SIG_IGN && now->shown_ignored && disposition_is_handler(now->asked.handler))
                return (struct decision){VERDICT_RESTORED, false};
        switch (guard.rule[signal]) {
        case RULE_ALLOW:
                return (struct decision){VERDICT_PASSED, false};
        case RULE_LOG:
                return (struct decision){VERDICT_PASSED, true};
        case RULE_VETO:
                /* nohup must work, and a service may always ask for more silence */
                if (asked->handler == (void *)SIG_IGN && guard.action[signal] != ACTION_CRASH &&
                    guard.action[signal] != ACTION_REPORT)
                        return (struct decision){VERDICT_PASSED, false};
                return (struct decision){VERDICT_VETOED, true};
        default:
                if (by == RUNTIME_JVM && is_jvms_end(signal, asked))
                        return (struct decision){VERDICT_KEPT, false};
                if (by == RUNTIME_JVM && is_jvms_suspension(asked))
                        return (struct decision){VERDICT_WRAPPED, false};
                return by == RUNTIME_GO ? for_go(signal, asked) : protect(signal, now, asked);
        }
}
