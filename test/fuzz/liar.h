/* A crashed process that lies: what the helper asks is answered from the fuzzer's input. */
#ifndef FUZZ_LIAR_H
#define FUZZ_LIAR_H

#include <stddef.h>
#include <stdint.h>

/*
 * The input is a row of parts: one byte of kind, two bytes of length (little endian), so many bytes.
 *   C  the first bytes of struct crash_facts (with the version, size and machine that are expected; c: as they are)
 *   M  text of /proc/self/maps    A  auxiliary vector        T  struct thread_facts[]
 *   L  the first bytes of struct ledger_facts, likewise
 *   R  struct registers, and the bytes of the stack, one part for each thread
 *   m  8 bytes of address, then memory from there on
 *   X  one byte: the number of a question, then the whole packet that answers it, header included
 */
void liar_begin(const uint8_t *data, size_t size);

#endif
