/* The Java VM: which modules are its own, and what libjsig may see. */
#include "hotspot.h"

#include <signal.h>

#include "insignal/guard.h"
#include "insignal/modules.h"
#include "next.h"
#include "runtimes.h"

bool hotspot_made(const struct module *module)
{
        /* the native side of sun.misc.Signal (jvm.h), and what libjsig offers to libjvm (jsig.c) */
        return next_symbol_in(module->map, "JVM_RegisterSignal") ||
               next_symbol_in(module->map, "JVM_begin_signal_setting");
}

bool hotspot_owns(uint64_t address)
{
        return runtimes_of(address) == RUNTIME_JVM;
}

bool hotspot_hide_guard(int signal)
{
        const struct kernel_action shown = {.handler = guard.action[signal] == ACTION_CRASH ? (void *)SIG_DFL
                                                                                            : (void *)SIG_IGN};

        return hotspot_owns((uint64_t)(uintptr_t)next_sigaction_find()) && sys_sigaction(signal, &shown, NULL) == 0;
}
