/* sigaltstack(2): a program sees its own alternate stack or none, and ours is back when it has taken its own away. */
#include <errno.h>

#include "errno_edge.h"
#include "insignal/guard.h"
#include "judge.h"
#include "next.h"
#include "stacks.h"
#include "start.h"

/* Nobody writes to it: an address that is on no alternate stack. */
static char before_stack[64] __attribute__((aligned(16)));

static int raw(const stack_t *stack, stack_t *old)
{
        long failed = sys(__NR_sigaltstack, stack, old);

        return failed < 0 ? errno_fail(failed) : 0;
}

/* Puts the thread's stack of ours back in place of none. */
static void restore_ours(void)
{
        struct stack *stack = stacks_of(sys_gettid());

        if (!stack)
                stack = stacks_take();
        if (stack)
                stacks_enter(stack);
}

/*
 * A handler that runs on our stack believes to run on the thread's own and may set an alternate stack, which the kernel
 * refuses to whoever stands on one (sigaltstack(2), EPERM). What the kernel looks at is the stack pointer alone, so the
 * call is made with another one, and without signals meanwhile. The return from the handler brings ours back.
 */
static int change_under_us(const stack_t *stack)
{
        const signal_set all = ~(signal_set)0;
        signal_set before;
        long failed;

        (void)sys_sigprocmask(SIG_SETMASK, &all, &before); /* cannot fail */
        failed = arch_sigaltstack_from(stack, (void *)&before_stack[sizeof(before_stack)]);
        (void)sys_sigprocmask(SIG_SETMASK, &before, NULL);
        return failed < 0 ? errno_fail(failed) : 0;
}

HOOK int sigaltstack(const stack_t *stack, stack_t *old)
{
        next_sigaltstack_type next = next_sigaltstack_find();
        bool disables;
        stack_t had = {0};

        start_guard();
        if (!next)
                next = raw;
        if (!guard.active)
                return next(stack, old);
        disables = stack && (stack->ss_flags & INT32_MAX) == SS_DISABLE; /* the top bit is SS_AUTODISARM */
        if (next(NULL, &had) != 0)
                return -1;
        if (had.ss_flags & SS_ONSTACK && stacks_own(had.ss_sp)) {
                if (stack && !disables && change_under_us(stack) != 0)
                        return -1;
        } else if (!disables || !stacks_own(had.ss_sp)) {
                if (stack && next(stack, NULL) != 0)
                        return -1;
                if (disables)
                        restore_ours();
        }
        if (!old)
                return 0;
        if (stacks_own(had.ss_sp))
                had = (stack_t){.ss_flags = SS_DISABLE}; /* what the kernel says of a thread without one */
        *old = had;
        return 0;
}
