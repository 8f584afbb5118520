/* Follows a thread's stack from its registers to its beginning. */
#ifndef SYMBOLIZE_UNWIND_H
#define SYMBOLIZE_UNWIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../protocol.h"

struct place;

/* How a frame was found: how far it can be trusted. */
enum found_by {
        FOUND_REGISTERS, /* the registers of the thread */
        FOUND_TABLES,    /* the unwind tables of its callee */
        FOUND_SIGNAL,    /* the registers that a signal interrupted */
        FOUND_ENTRY,     /* the return address of a call that led nowhere */
        FOUND_EDGE,      /* the callee's first or last instructions */
        FOUND_FRAME_POINTER,
        FOUND_TAIL_CALL, /* no frame is left of it: it ended with a jump to its callee */
        FOUND_GOROUTINE, /* Go's stack, from where C was called */
        FOUND_SCAN,      /* a return address that lies on the stack; frames may be missing before it */
};

struct frame {
        uint64_t pc, sp;
        uint8_t found_by;
        bool interrupted;    /* pc is the instruction itself, not a return address */
        bool trampoline;     /* a signal handler returns here */
        struct place *place; /* what is known of the address (places.h) */
};

/* Why the frames end. */
enum unwind_end {
        END_COMPLETE, /* the outermost frame */
        END_LOST,     /* no way was found to go on */
        END_MANY,     /* more frames than are followed */
        END_LATE,     /* no time was left */
};

struct stack {
        struct frame *frames;
        size_t count;
        enum unwind_end end;
        struct registers registers; /* of frame 0 */
        /* Of the first frames, if room for them was made before unwinding. */
        struct registers *kept;
        size_t kept_count, kept_room;
};

/* Frames that stay valid; stops at until_ns of CLOCK_MONOTONIC. */
void unwind_stack(struct stack *stack, const struct registers *from, uint64_t until_ns);

/* The address that stands for the frame in tables: inside the call, not behind it. */
uint64_t unwind_lookup(const struct frame *frame);

/* The registers as they are in that frame, as far as the way to it knew them; null if they were not kept. */
const struct registers *unwind_registers(const struct stack *stack, const struct frame *frame);

/* "frame pointer", "stack scan", ... or null for a frame that is beyond doubt. */
const char *unwind_doubt(const struct frame *frame);

#endif
