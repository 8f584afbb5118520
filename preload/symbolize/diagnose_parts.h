/* Phrases that diagnosis lines are made of. */
#ifndef SYMBOLIZE_DIAGNOSE_PARTS_H
#define SYMBOLIZE_DIAGNOSE_PARTS_H

#include "maps.h"
#include "report.h"

/* si_addr of the fault. */
uint64_t fault_address(const struct report *report);

/* "; at parse_header+0x9 in /usr/bin/service+0x1139", or "" if the frame lies in no module. Static. */
const char *at_frame(const struct frame *frame);
const char *at_crash(const struct report *report);

/* "the heap", "/lib/libc.so.6", "anonymous memory". */
const char *mapping_name(const struct mapping *mapping);

/* What the C++ runtime had to end the program for (diagnose_cxx.c); nothing where it had not. */
void diagnose_cxx(struct report *report);

/* Segmentation faults (diagnose_segv.c), and jumps to where no code is; false if it was no jump. */
void diagnose_segv(struct report *report);
bool diagnose_jump(struct report *report);

/* A stack overflow, with address being what frame number first could not reach; false if it was none. */
bool diagnose_overflow(struct report *report, size_t first, uint64_t address);

/* What a signal handler of the program was there for, when the program ends itself in it (diagnose_handler.c). */
void diagnose_handler(struct report *report);

/* A fault that a handler has raised again; false if it is none. */
bool diagnose_raised_again(struct report *report);

#endif
