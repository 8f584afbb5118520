/* The faults by which pieces of compressed sections are asked for. */
#include "inflate.h"

static const int faults[] = {SIGSEGV, SIGBUS};
static struct sigaction others[sizeof(faults) / sizeof(faults[0])];
static bool taken;

/* After a fault that is not ours the instruction runs again, and meets who would have had it. */
static void fault(int signal, siginfo_t *info, void *context)
{
        (void)context;
        if (info->si_code <= 0 || inflate_piece((uintptr_t)info->si_addr))
                return;
        for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
                if (faults[i] == signal)
                        sigaction(signal, &others[i], NULL);
}

void inflate_take_faults(void)
{
        struct sigaction action = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};

        for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]) && !taken; i++)
                sigaction(faults[i], &action, &others[i]);
        taken = true;
}

void inflate_sigaction(int signal, const struct sigaction *action)
{
        for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]) && taken; i++)
                if (faults[i] == signal) {
                        others[i] = *action;
                        return;
                }
        sigaction(signal, action, NULL);
}
