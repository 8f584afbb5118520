/* What the helper must know about the processor: registers, signal frames, calls. One file per architecture. */
#ifndef SYMBOLIZE_MACHINE_H
#define SYMBOLIZE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../protocol.h"
#include "waiting.h"

#if defined(__x86_64__)
#define MACHINE_PC 16
#define MACHINE_SP 7
#define MACHINE_FP 6
#define MACHINE_RETURN 16              /* the return address column of unwind tables */
#define MACHINE_COLUMNS 17             /* how many there are that can be saved */
#define MACHINE_FRAME_TELLS_SP true    /* the pair that a frame pointer leads to lies at the top of its frame */
#define MACHINE_RESTARTS_BLINDLY false /* the kernel decides after the stop whether a call restarts */
#define MACHINE_NUMBER EM_X86_64
#define MACHINE_SHOWN 18
#define MACHINE_TLS_MODULE R_X86_64_DTPMOD64
#define MACHINE_TLS_OFFSET R_X86_64_TPOFF64
#define MACHINE_TLS_DESCRIPTOR R_X86_64_TLSDESC
/* Where the thread pointer leads to the thread's table of modules with thread-local variables: in glibc, in musl. */
#define MACHINE_TLS_TABLE                                                                                              \
        {                                                                                                              \
                8, 8                                                                                                   \
        }
#elif defined(__aarch64__)
#define MACHINE_PC 32
#define MACHINE_SP 31
#define MACHINE_FP 29
#define MACHINE_RETURN 30
#define MACHINE_COLUMNS 96 /* with v0 to v31, of which functions give back v8 to v15 */
#define MACHINE_FRAME_TELLS_SP false
#define MACHINE_RESTARTS_BLINDLY true
#define MACHINE_NUMBER EM_AARCH64
#define MACHINE_SHOWN 34
#define MACHINE_TLS_MODULE R_AARCH64_TLS_DTPMOD
#define MACHINE_TLS_OFFSET R_AARCH64_TLS_TPREL
#define MACHINE_TLS_DESCRIPTOR R_AARCH64_TLSDESC
#define MACHINE_TLS_TABLE                                                                                              \
        {                                                                                                              \
                0, -8                                                                                                  \
        }
#endif

/* The name of register number index of struct registers, below MACHINE_SHOWN. */
const char *machine_register_name(unsigned int index);

/* The order in which people expect them: the index of the nth register to show. */
unsigned int machine_shown(unsigned int nth);

/* True if the instructions at pc are those with which every libc returns from a signal handler. */
bool machine_is_signal_return(uint64_t pc);

/* The interrupted registers, from the signal frame that sp points to while pc is at the signal return. */
bool machine_signal_registers(uint64_t sp, struct registers *to);

/* Where the siginfo_t of that signal frame is. */
uint64_t machine_signal_info(uint64_t sp);

/* True if a call ends right before pc; *target is where a direct one leads, else 0. */
bool machine_follows_call(uint64_t pc, uint64_t *target);

/* True if a system call ends right before pc: a signal that the program sends itself is delivered there. */
bool machine_follows_system_call(uint64_t pc);

/* Where a direct call really leads: through a stub that jumps by a table (PLT) to what the table holds. */
uint64_t machine_call_target(uint64_t target);

/* True if a short function ends by a jump to somewhere from low to high, instead of a return. */
bool machine_jumps_between(uint64_t function, uint64_t low, uint64_t high);

/* The caller of a function that has not run any instruction yet. */
bool machine_return_at_entry(const struct registers *from, struct registers *to);

/* The caller, if pc is in the first or last instructions of a function as compilers write them. */
bool machine_return_at_edge(const struct registers *from, struct registers *to);

/* The caller of a function that starts at start and has called nobody: not yet checked. False where calls use the stack. */
bool machine_return_of_leaf(uint64_t start, const struct registers *from, struct registers *to);

/* The caller of a function that starts at start and leaves the frame pointer alone: not yet checked. False where none does. */
bool machine_return_by_prologue(uint64_t start, const struct registers *from, struct registers *to);

/* False if the function begins otherwise than those that set the frame pointer. */
bool machine_sets_frame_pointer(uint64_t function);

/* The caller by the frame pointer: the words that it points to, not yet checked. */
bool machine_return_by_frame(const struct registers *from, struct registers *to);

/* The caller of Go's runtime.asmcgocall, on whichever stack that was called: not yet checked. */
bool machine_return_by_go_switch(const struct registers *from, struct registers *to);

/* True if a function gives this register back to its caller as it was. */
bool machine_survives_calls(unsigned int index);

/* A code pointer without the signature that pointer authentication may have put into it. */
uint64_t machine_code_address(uint64_t address);

/* Registers as the kernel gives them in note NT_PRSTATUS. False if they are those of another machine (a 32-bit process). */
bool machine_from_kernel(const void *raw, size_t length, struct registers *to);

/*
 * A system call that never restarts by itself has returned EINTR, though perhaps only because ptrace(2) stopped the thread:
 * changes the kernel's registers so that it restarts, unless a handler is about to run. False if there is nothing to change.
 */
bool machine_restart_call(void *raw, const struct waiting_call *before);

/* Takes that back: where MACHINE_RESTARTS_BLINDLY, the call would restart although a handler runs. */
void machine_fail_call(void *raw);

/* False if no translation can exist for address (x86_64: bits 47 to 63 differ). */
bool machine_is_canonical(uint64_t address);

#endif
