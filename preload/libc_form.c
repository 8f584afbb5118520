/* What this libc and this kernel make of a sigaction. */
#include "libc_form.h"

#include <stdatomic.h>

#include "next.h"

/* flags that do not survive a round trip, flags that libc adds, and its restorer. */
static uint64_t dropped, added;
static void *restorer;
static bool hides_restorer;
static _Atomic bool learned;

/*
 * The question is put with a signal whose default action is to do nothing, and that is at its default: whatever
 * arrives meanwhile is dropped as before. SA_RESETHAND and its like mean nothing with SIG_DFL.
 */
static bool learn_with(int signal)
{
        struct sigaction all = {.sa_flags = -1};
        struct sigaction none = {.sa_flags = 0}, read_back = {.sa_flags = 0};
        struct kernel_action before, with_all, with_none;

        if (sys_sigaction(signal, NULL, &before) < 0 || before.handler != (void *)SIG_DFL)
                return false;
        all.sa_handler = none.sa_handler = SIG_DFL;
        if (next_sigaction(signal, &all, NULL) != 0 || sys_sigaction(signal, NULL, &with_all) < 0 ||
            next_sigaction(signal, &none, NULL) != 0 || sys_sigaction(signal, NULL, &with_none) < 0)
                return false;
        read_back.sa_restorer = (void (*)(void))learn_with;
        (void)next_sigaction(signal, NULL, &read_back); /* the same call has just succeeded */
        hides_restorer = read_back.sa_restorer == (void (*)(void))learn_with;
        (void)sys_sigaction(signal, &before, NULL); /* what it gave out it takes back */
        dropped = ~(with_all.flags | with_none.flags);
        added = with_none.flags;
        restorer = with_none.restorer;
        return true;
}

void libc_form_learn(void)
{
        if (atomic_load_explicit(&learned, memory_order_acquire))
                return;
        if (learn_with(SIGWINCH) || learn_with(SIGURG) || learn_with(SIGCHLD))
                atomic_store_explicit(&learned, true, memory_order_release);
}

struct kernel_action libc_form(const struct sigaction *action)
{
        struct kernel_action form = {
                .handler = (void *)action->sa_handler,
                .flags = ((uint64_t)(uint32_t)action->sa_flags & ~dropped) | added,
                .restorer = restorer,
                .mask = *(const signal_set *)&action->sa_mask & ~(set_of(SIGKILL) | set_of(SIGSTOP)),
        };

        return form;
}

bool libc_answers_restorer(void)
{
        return !hides_restorer;
}
