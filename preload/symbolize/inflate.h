/* Compressed sections that are inflated as far as somebody reads them. */
#ifndef SYMBOLIZE_INFLATE_H
#define SYMBOLIZE_INFLATE_H

#include <gelf.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * An ELF file in memory with the debug sections of elf, none of them compressed; null if this cannot be done. It stays as
 * long as the helper, and elf must stay as well.
 */
Elf *inflate_open(Elf *elf);

/* How many sections are inflated so. */
size_t inflate_streams(void);

/* For inflate_fault.c: a piece of a section was touched for the first time; false if address lies in none. */
bool inflate_piece(uintptr_t address);

/* Takes SIGSEGV and SIGBUS, from the first call on. */
void inflate_take_faults(void);

/* sigaction() for a signal that may be taken: faults elsewhere are for that action. */
void inflate_sigaction(int signal, const struct sigaction *action);

#endif
