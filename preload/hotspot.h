/* The Java VM: which modules are its own. */
#ifndef SIGGUARD_HOTSPOT_H
#define SIGGUARD_HOTSPOT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether the code at address belongs to libjvm or to libjsig, which passes on what libjvm asks for. Looks into symbol
 * tables: for rare questions only. Safe in a signal handler.
 */
bool hotspot_owns(uint64_t address);

#endif
