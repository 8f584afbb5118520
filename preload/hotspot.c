/* The Java VM: which modules are its own. */
#include "hotspot.h"

#include "insignal/modules.h"
#include "next.h"

bool hotspot_owns(uint64_t address)
{
        struct module module;

        /* the native side of sun.misc.Signal (jvm.h), and what libjsig offers to libjvm (jsig.c) */
        return modules_find(address, &module) && (next_symbol_in(module.map, "JVM_RegisterSignal") ||
                                                  next_symbol_in(module.map, "JVM_begin_signal_setting"));
}
