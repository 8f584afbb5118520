/* Which modules of the process belong to a language runtime whose signals need a treatment of their own. */
#ifndef SIGGUARD_RUNTIMES_H
#define SIGGUARD_RUNTIMES_H

#include <stdbool.h>
#include <stdint.h>

enum runtime {
        RUNTIME_NONE,
        RUNTIME_GO,
        RUNTIME_JVM,
};

/* Notes what is loaded with the program and so stays for ever; once, by the constructor. */
void runtimes_begin(void);

/* Whose the code at address is. Each module is judged once, also if it is none's. Safe in a signal handler. */
enum runtime runtimes_of(uint64_t address);

#endif
