/* pthread_create(3) and thrd_create(3): every thread gets an alternate stack before its first own instruction. */
#include <errno.h>

#include "errno_edge.h"
#include "insignal/guard.h"
#include "judge.h"
#include "masks.h"
#include "next.h"
#include "stacks.h"
#include "start.h"

/* A tail call: the thread's own function is all that a debugger or an unwinder sees. */
static void *run(void *of)
{
        struct stack *stack = of;

        stacks_enter(stack);
        masks_hide(stack->hidden);
        return stack->start(stack->argument);
}

static int run_thrd(void *of)
{
        struct stack *stack = of;

        stacks_enter(stack);
        masks_hide(stack->hidden);
        return stack->start_thrd(stack->argument);
}

static struct stack *take_for_thread(void *argument)
{
        struct stack *stack = NULL;

        start_guard();
        if (guard.active)
                stack = stacks_take();
        if (stack) {
                stack->argument = argument;
                stack->hidden = masks_hidden();
        }
        return stack;
}

HOOK int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
        next_pthread_create_type next = next_pthread_create_find();
        struct stack *stack = next ? take_for_thread(argument) : NULL;
        int result;

        if (!next)
                return ENOSYS;
        if (!stack)
                return next(thread, attributes, start, argument);
        stack->start = start;
        result = next(thread, attributes, run, stack);
        if (result != 0)
                stacks_give_back(stack);
        return result;
}

HOOK int thrd_create(thrd_t *thread, thrd_start_t start, void *argument)
{
        next_thrd_create_type next = next_thrd_create_find();
        struct stack *stack = next ? take_for_thread(argument) : NULL;
        int result;

        if (!next)
                return thrd_error;
        if (!stack)
                return next(thread, start, argument);
        stack->start_thrd = start;
        result = next(thread, run_thrd, stack);
        if (result != thrd_success)
                stacks_give_back(stack);
        return result;
}
