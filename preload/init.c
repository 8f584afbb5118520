/* The constructor: the start-up order, top to bottom. */
#include "golang.h"
#include "insignal/ledger.h"
#include "insignal/modules.h"
#include "insignal/owner.h"
#include "mark.h"
#include "memory.h"
#include "next.h"
#include "policy.h"
#include "process.h"
#include "runtimes.h"
#include "settings.h"
#include "stacks.h"
#include "start.h"

WRITTEN_AT_START struct guard guard;
struct guard_paths guard_paths;
WRITTEN_AT_START _Atomic int start_state;

/* Shells end their pipelines by SIGPIPE and test HUP by trap: they keep the first and see the second at its default. */
static bool is_shell(const char *program)
{
        static const char *const shells[] = {"sh",    "bash", "dash", "ash",  "busybox", "toybox", "zsh", "ksh",
                                             "ksh93", "mksh", "lksh", "yash", "fish",    "csh",    "tcsh"};
        char name[16];
        size_t length = strlen(program);

        if (length > 7 && text_equal(program + length - 7, "-static"))
                length -= 7;
        if (length >= sizeof(name))
                return false;
        text_copy(name, length + 1, program);
        for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
                if (text_equal(name, shells[i]) || (name[0] == 'r' && text_equal(name + 1, shells[i])))
                        return true;
        return false;
}

static void start_alternate_stack(const struct process *process)
{
        struct stack *stack;
        stack_t now;

        stacks_prepare(process->minimum_stack, process->page_size);
        if (sys(__NR_sigaltstack, 0, &now) < 0 || !(now.ss_flags & SS_DISABLE))
                return; /* an earlier constructor's */
        stack = stacks_take();
        if (stack)
                stacks_enter(stack);
}

static void learn_stderr(void)
{
        struct stat is;

        if (sys_fstat(2, &is) < 0)
                return;
        guard.error_dev = is.st_dev;
        guard.error_ino = is.st_ino;
}

/* Whoever has started us may have blocked them, by mistake mostly: such a fault kills without asking any handler. */
static void open_faults(void)
{
        (void)sys_sigprocmask(SIG_UNBLOCK, &guard.faults, NULL); /* cannot fail */
}

void start_now(void)
{
        int not_yet = START_NOT;
        struct process process;
        struct mark mark;
        struct settings_scope scope;
        bool marked;

        if (!atomic_compare_exchange_strong(&start_state, &not_yet, START_RUNS))
                return;
        process_learn(&process);
        guard.secure = process.secure;
        guard.log = LOG_STDERR;
        guard.level = LEVEL_WARNING;
        guard.all_threads = true;
        guard.timeout_ms = 5000;
        guard.executable = process_executable(&process);
        guard.program = text_base(guard.executable);
        guard.shell = is_shell(guard.program);
        modules_learn_executable(process.headers, process.header_count);

        policy_defaults(&guard);
        marked = mark_read(process.environment, &mark);
        scope = settings_read(guard.secure ? NULL : process.environment, marked, &guard);
        guard.tool = !scope.named && (marked ? mark_is_tool(mark) : mark_is_missing(process.environment));
        if (guard.tool)
                guard.level = LEVEL_ERROR;
        if (scope.active && !next_is_second_copy()) {
                policy_complete(&guard);
                learn_stderr();
                owner_begin();
                runtimes_begin();
                golang_learn_executable();
                policy_install();
                open_faults();
                start_alternate_stack(&process);
                if (!marked)
                        mark_write(process.environment, mark_of_self());
                guard.active = true;
        }
        ledger_begin(guard.active ? "active" : "dormant");
        atomic_store_explicit(&start_state, START_DONE, memory_order_release);
}

__attribute__((constructor)) static void constructor(void)
{
        start_now(); /* its first step writes: a page that is only read first costs two faults */
}
