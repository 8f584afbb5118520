/* Compressed sections that are inflated as far as somebody reads them. */
#ifndef SYMBOLIZE_INFLATE_H
#define SYMBOLIZE_INFLATE_H

#include <gelf.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * An ELF file in memory with the debug sections of elf, none of them compressed; null if this cannot be done. It stays as
 * long as the helper, and elf must stay as well.
 */
Elf *inflate_open(Elf *elf);

/*
 * For inflate_open.c: from now on bytes, in whole pieces, are the section that the zlib stream at from makes. False without
 * memory. Pieces are the unit in which memory is given.
 */
bool inflate_start(const unsigned char *from, size_t length, char *bytes, size_t size);
size_t inflate_piece_size(void);

/* For inflate.c: a section whole. Prepared while memory may be allocated; sooner than what pieces cost, in bytes. */
void inflate_whole_prepare(size_t size);
bool inflate_whole_is_sooner(size_t by_pieces, size_t size);

/* True if the deflated bytes at from make size bytes; else what was made until the damage stays, with zeros behind. */
bool inflate_whole(const unsigned char *from, size_t length, char *bytes, size_t size);

/* Rounded up to a power of two's multiple. */
static inline uintptr_t inflate_round(uintptr_t number, uintptr_t unit)
{
        return (number + unit - 1) & ~(unit - 1);
}

/* All that lies before address will be read, if it is in a section that is inflated so: time to choose how. */
void inflate_expect(const void *address);

/* How many sections are inflated so. */
size_t inflate_streams(void);

/* For inflate_fault.c: a piece of a section was touched for the first time; false if address lies in none. */
bool inflate_piece(uintptr_t address);

/* Takes SIGSEGV and SIGBUS, from the first call on. */
void inflate_take_faults(void);

/* sigaction() for a signal that may be taken: faults elsewhere are for that action. */
void inflate_sigaction(int signal, const struct sigaction *action);

#endif
