/* Follows a stack: by the unwind tables through libunwind, and by weaker means where there are none. */
#include "unwind.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "guess.h"
#include "machine.h"
#include "modules.h"
#include "tables.h"

#define MOST_FRAMES (1u << 18)
#define MOST_SIGNALS 16

static bool is_late(uint64_t until_ns)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return until_ns && (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec >= until_ns;
}

static struct frame *add_frame(struct stack *stack, size_t *room, const struct registers *at)
{
        if (stack->count == *room) {
                size_t more = *room ? *room * 2 : 64;
                struct frame *larger = reallocarray(stack->frames, more, sizeof(*larger));

                if (!larger)
                        return NULL;
                stack->frames = larger;
                *room = more;
        }
        struct frame *frame = &stack->frames[stack->count++];

        *frame = (struct frame){.pc = at->r[MACHINE_PC], .sp = at->r[MACHINE_SP]};
        return frame;
}

/* One step by the best means there is. Returns an enum found_by, 0 at the outermost frame, -1 if the way is lost. */
static int step(struct frame *frame, const struct registers *from, struct registers *to)
{
        if (machine_is_signal_return(frame->pc)) {
                frame->trampoline = true;
                return machine_signal_registers(frame->sp, to) ? FOUND_SIGNAL : -1;
        }
        if (frame->interrupted && !modules_executable(frame->pc) && guess_entry(from, to))
                return FOUND_ENTRY;
        if (guess_goroutine(frame, from, to))
                return FOUND_GOROUTINE;
        if ((frame->found_by == FOUND_FRAME_POINTER || frame->found_by == FOUND_SCAN) && !MACHINE_FRAME_TELLS_SP &&
            guess_frame_pointer(frame, from, to))
                return FOUND_FRAME_POINTER; /* most tables count from a stack pointer that is not known */
        *to = *from;
        int result = tables_step(frame, from, to);

        return result >= 0 ? result : guess_step(frame, from, to);
}

/* A stack only shrinks while it is left, except that signals and coroutines change to another one. */
static bool progresses(const struct frame *frame, int found_by, const struct registers *to, unsigned int *signals)
{
        if (found_by == FOUND_SIGNAL || found_by == FOUND_GOROUTINE)
                return ++*signals <= MOST_SIGNALS;
        if (to->r[MACHINE_SP] > frame->sp)
                return true;
        /* A leaf of aarch64 need not have used the stack. */
        return to->r[MACHINE_SP] == frame->sp && frame->interrupted && to->r[MACHINE_PC] != frame->pc;
}

void unwind_stack(struct stack *stack, const struct registers *from, uint64_t until_ns)
{
        struct registers here = *from, next;
        unsigned int signals = 0;
        size_t room = 0;
        int found_by = FOUND_REGISTERS;

        stack->registers = *from;
        for (;;) {
                struct frame *frame = add_frame(stack, &room, &here);

                stack->end = END_MANY;
                if (!frame || stack->count >= MOST_FRAMES)
                        return;
                if (stack->kept_count < stack->kept_room)
                        stack->kept[stack->kept_count++] = here;
                stack->end = END_LATE;
                if (!(stack->count % 64) && is_late(until_ns))
                        return;
                frame->found_by = (uint8_t)found_by;
                frame->interrupted = found_by == FOUND_REGISTERS || found_by == FOUND_SIGNAL;
                next = here;
                found_by = step(frame, &here, &next);
                stack->end = found_by ? END_LOST : END_COMPLETE;
                if (found_by <= 0 || !progresses(frame, found_by, &next, &signals))
                        return;
                if (!next.r[MACHINE_PC]) {
                        /* Start code clears the outermost return address. */
                        stack->end = found_by == FOUND_SIGNAL ? END_LOST : END_COMPLETE;
                        if (found_by != FOUND_SIGNAL)
                                return;
                }
                here = next;
        }
}

uint64_t unwind_lookup(const struct frame *frame)
{
        return frame->interrupted || frame->trampoline || !frame->pc ? frame->pc : frame->pc - 1;
}

const struct registers *unwind_registers(const struct stack *stack, const struct frame *frame)
{
        for (size_t i = 0; i < stack->kept_count && frame->found_by != FOUND_TAIL_CALL; i++)
                if (stack->kept[i].r[MACHINE_PC] == frame->pc && stack->kept[i].r[MACHINE_SP] == frame->sp)
                        return &stack->kept[i];
        return NULL;
}

const char *unwind_doubt(const struct frame *frame)
{
        switch (frame->found_by) {
        case FOUND_ENTRY:
                return "return address of the call";
        case FOUND_EDGE:
                return "function's edge";
        case FOUND_FRAME_POINTER:
                return "frame pointer";
        case FOUND_TAIL_CALL:
                return "tail call";
        case FOUND_SCAN:
                return "stack scan";
        }
        return NULL;
}
