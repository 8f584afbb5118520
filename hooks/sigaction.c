/* sigaction(2) and its second name in glibc. */
#include "judge.h"

/* Every modern program comes through here. */
HOOK int sigaction(int signal, const struct sigaction *action, struct sigaction *old)
{
        return judge_change(CALLER("sigaction"), signal, action, old);
}

/* glibc exports it, and old programs and some libraries call it to get past a hook. */
HOOK int __sigaction(int signal, const struct sigaction *action, struct sigaction *old)
{
        return judge_change(CALLER("__sigaction"), signal, action, old);
}
