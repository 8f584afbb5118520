/* sigaltstack(2): a program sees its own alternate stack or none, and ours is back when it has taken its own away. */
#include <errno.h>

#include "errno_edge.h"
#include "insignal/guard.h"
#include "judge.h"
#include "next.h"
#include "stacks.h"
#include "start.h"

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
        disables = stack && stack->ss_flags & SS_DISABLE;
        if (next(NULL, &had) != 0)
                return -1;
        if (!disables || !stacks_own(had.ss_sp)) {
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
