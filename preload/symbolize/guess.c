/* Steps up the stack without unwind tables: musl has none, JIT compilers have none, and a wild jump leads nowhere. */
#include "guess.h"

#include <string.h>

#include "machine.h"
#include "maps.h"
#include "memory.h"
#include "modules.h"
#include "symbols.h"

#define FARTHEST_FRAME (1u << 20)
#define SCANNED_BYTES (64u << 10)
#define SAVED_BYTES UINT64_C(80) /* aarch64 has ten registers that a function gives back, x86_64 six */
#define SURE_BYTES (16u << 10)   /* how far a caller that is sure is preferred to a nearer one that is not */

static bool is_return_address(uint64_t pc, uint64_t *target)
{
        return pc > 4096 && modules_executable(pc - 1) && machine_follows_call(pc, target);
}

bool guess_entry(const struct registers *from, struct registers *to)
{
        uint64_t target;

        return machine_return_at_entry(from, to) && is_return_address(to->r[MACHINE_PC], &target);
}

static bool by_edge(const struct frame *frame, const struct registers *from, struct registers *to)
{
        uint64_t target;

        return frame->interrupted && machine_return_at_edge(from, to) && is_return_address(to->r[MACHINE_PC], &target);
}

bool guess_is_generated(uint64_t pc)
{
        return modules_executable(pc) && !modules_find(pc);
}

/*
 * Whether a frame's saved address can be one of its caller. An interpreter enters the next function by a jump, with an
 * address in itself on the stack where a call would have left one (HotSpot: templateInterpreter).
 */
static bool is_caller(uint64_t pc, uint64_t caller)
{
        uint64_t target;

        return is_return_address(caller, &target) || machine_is_signal_return(caller) ||
               (guess_is_generated(pc) && guess_is_generated(caller - 1));
}

/* 1: found, 0: the chain of frames ends here, -1: the register is no frame pointer. */
static int by_frame_pointer(uint64_t lookup, const struct registers *from, struct registers *to)
{
        uint64_t frame = from->r[MACHINE_FP], sp = from->r[MACHINE_SP];

        if (frame < sp || frame - sp > FARTHEST_FRAME || !machine_return_by_frame(from, to))
                return -1;
        if (!to->r[MACHINE_PC] && !to->r[MACHINE_FP])
                return 0;
        if (!is_caller(lookup, to->r[MACHINE_PC]))
                return -1;
        /* The caller's frame pointer leads further up, or it is no frame pointer: then this one was used otherwise. */
        return to->r[MACHINE_FP] > frame || !to->r[MACHINE_FP] ? 1 : -1;
}

bool guess_frame_pointer(const struct frame *frame, const struct registers *from, struct registers *to)
{
        return by_frame_pointer(unwind_lookup(frame), from, to) > 0;
}

static uint64_t find_go_switch(struct module *module)
{
        uint64_t entry = 0;

        image_open(&module->image);
        /* Go's own function table is in every program of its linker, stripped or not. */
        if (image_has_section(module->image.elf, ".gopclntab") ||
            image_has_section(module->image.elf, ".data.rel.ro.gopclntab"))
                entry = symbols_entry(&module->image, "runtime.asmcgocall.abi0");
        return entry ? entry + module->bias : 0;
}

bool guess_goroutine(const struct frame *frame, const struct registers *from, struct registers *to)
{
        struct module *module = modules_find(unwind_lookup(frame));
        const char *name;
        uint64_t target;

        if (module && module->go_switch == GO_SWITCH_UNKNOWN)
                module->go_switch = find_go_switch(module);
        if (!module || !module->go_switch)
                return false;
        return symbols_function(unwind_lookup(frame), &name) == module->go_switch &&
               machine_return_by_go_switch(from, to) && is_return_address(to->r[MACHINE_PC], &target);
}

/* Whether this can be the frame pointer of the function that the return address at slot leads to. */
static bool is_frame_above(uint64_t slot, uint64_t frame)
{
        uint64_t caller, target;

        return frame > slot && frame - slot < FARTHEST_FRAME && !(frame & 7) && memory_word(frame + 8, &caller) &&
               (is_return_address(machine_code_address(caller), &target) || machine_is_signal_return(caller));
}

/*
 * The caller may be of a module whose unwind tables count from its frame pointer. A function that uses the register for
 * other things has saved it right below its return address, among the others that it gives back. What JIT compilers push
 * first is the caller's frame pointer.
 */
static void take_saved_frame(uint64_t lookup, uint64_t slot, struct registers *to)
{
        uint64_t frame;

        if (guess_is_generated(lookup)) {
                if (memory_word(slot - 8, &frame) && frame > slot && frame - slot < FARTHEST_FRAME && !(frame & 7))
                        to->r[MACHINE_FP] = frame;
                return;
        }
        for (uint64_t at = slot - 8; !is_frame_above(slot, to->r[MACHINE_FP]) && at >= slot - SAVED_BYTES; at -= 8)
                if (memory_word(at, &frame) && is_frame_above(slot, frame))
                        to->r[MACHINE_FP] = frame;
}

static bool is_between(uint64_t low, uint64_t address, uint64_t high)
{
        return address >= low && address <= high;
}

/* A direct call that leads to the function that the frame is in, perhaps through one that ends by a jump to it. */
static bool leads_to(uint64_t target, uint64_t start, uint64_t lookup)
{
        uint64_t called = machine_call_target(target);

        /* no other function begins in between */
        return is_between(start, called, lookup) || machine_jumps_between(called, start, lookup);
}

/* What the loader and the guard did before main() has left its addresses on main's stack. */
static bool leads_into_module(uint64_t target, uint64_t lookup)
{
        return modules_find(machine_call_target(target)) == modules_find(lookup);
}

/*
 * The nearest word above sp that is a return address. A direct call is only believed at once if it leads to the function
 * that the frame is in. An indirect one may lead anywhere; a direct one to elsewhere is the remains of an older call, or
 * of a call that ended in a jump. One to another module is the last that is believed.
 */
static bool by_scan(uint64_t lookup, bool only_sure, const struct registers *from, struct registers *to)
{
        uint64_t words[512], sp = from->r[MACHINE_SP] & ~UINT64_C(7), target, start = symbols_nearest(lookup);
        uint64_t indirect = 0, direct = 0, foreign = 0, sure = 0;

        for (uint64_t done = 0; done < SCANNED_BYTES && !sure; done += sizeof(words)) {
                size_t got = memory_read(sp + done, words, sizeof(words)) / sizeof(words[0]);

                for (size_t i = 0; i < got && !sure; i++) {
                        uint64_t at = sp + done + i * 8;

                        if (!is_return_address(machine_code_address(words[i]), &target))
                                continue;
                        if (start && target && leads_to(target, start, lookup))
                                sure = at;
                        else if (!target && !indirect)
                                indirect = at;
                        else if (target && !direct && leads_into_module(target, lookup))
                                direct = at;
                        else if (target && !foreign)
                                foreign = at;
                }
                if (got < sizeof(words) / sizeof(words[0]) || ((indirect || direct) && done >= SURE_BYTES))
                        break;
        }
        uint64_t slot = sure ? sure : indirect && (!direct || indirect < direct || start) ? indirect : direct;

        slot = slot ? slot : foreign;
        if (!slot || (only_sure && !sure) || !memory_word(slot, &to->r[MACHINE_PC]))
                return false;
        to->r[MACHINE_PC] = machine_code_address(to->r[MACHINE_PC]);
        to->r[MACHINE_SP] = slot + 8;
        take_saved_frame(lookup, slot, to);
        return true;
}

/* Where programs and threads begin, in glibc and musl. */
static bool is_outermost(const char *name)
{
        static const char *const names[] = {"_start", "_dlstart", "__clone", "clone", "clone3", "__clone3"};

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (!strcmp(name, names[i]))
                        return true;
        return false;
}

/* A leaf keeps its return address in a register; what has called others finds an address in itself there. */
static bool by_leaf(const struct frame *frame, uint64_t start, const struct registers *from, struct registers *to)
{
        const char *name;
        uint64_t target;

        return frame->interrupted && start && machine_return_of_leaf(start, from, to) &&
               is_return_address(to->r[MACHINE_PC], &target) && target && leads_to(target, start, frame->pc) &&
               symbols_function(to->r[MACHINE_PC] - 1, &name) != start;
}

static bool by_prologue(uint64_t start, const struct registers *from, struct registers *to)
{
        uint64_t target;

        return start && machine_return_by_prologue(start, from, to) &&
               (is_return_address(to->r[MACHINE_PC], &target) || machine_is_signal_return(to->r[MACHINE_PC]));
}

int guess_step(const struct frame *frame, const struct registers *from, struct registers *to)
{
        const char *name;
        uint64_t start = symbols_function(unwind_lookup(frame), &name);
        int found;

        if (start && is_outermost(name))
                return 0;
        if (by_edge(frame, from, to) || by_leaf(frame, start, from, to) || by_prologue(start, from, to))
                return FOUND_EDGE;
        /* a function that does not set it has the frame pointer of a caller, or has put something else there */
        *to = *from;
        if (start && !machine_sets_frame_pointer(start) && by_scan(unwind_lookup(frame), true, from, to))
                return FOUND_SCAN;
        found = by_frame_pointer(unwind_lookup(frame), from, to);
        if (found >= 0)
                return found ? FOUND_FRAME_POINTER : 0;
        *to = *from;
        return by_scan(unwind_lookup(frame), false, from, to) ? FOUND_SCAN : -1;
}
