/* The Java VM: which modules are its own, and what libjsig may see. */
#ifndef SIGGUARD_HOTSPOT_H
#define SIGGUARD_HOTSPOT_H

#include <stdbool.h>
#include <stdint.h>

struct module;

/* Whether the code at address belongs to libjvm or to libjsig, which passes on what libjvm asks for. Safe in a handler. */
bool hotspot_owns(uint64_t address);

/* The same of a whole module, by its symbols: for runtimes.c, which remembers the answer. */
bool hotspot_made(const struct module *module);

/*
 * Before a change of a signal that has our handler: if libjsig is the next function, takes ours out of the kernel.
 * libjsig asks the kernel what it replaces, and remembers it as the handler to which libjvm passes on what is not its own
 * (jsig.c: sact); it must find what everybody else is shown. False if nothing was done. Safe in a signal handler.
 */
bool hotspot_hide_guard(int signal);

#endif
