/* The head line: what is known before anything risky is tried. */
#ifndef SIGGUARD_HEAD_H
#define SIGGUARD_HEAD_H

#include "insignal/crash.h"

/* Fills crash->facts from the signal, its context and the process. */
void head_learn(struct crash *crash);

/* "sigguard: service[4242] thread 4250 "worker-3" crashed: SIGSEGV, read of unmapped address 0x18, at ..." */
void head_print(struct crash *crash);

/* If that faulted on the way to the module's name: the same line with the bare address. */
void head_print_again(struct crash *crash);

#endif
