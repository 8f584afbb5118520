/* Finds the exception at hand in libstdc++'s or libc++abi's own list (Itanium C++ ABI: Exception Handling, 2.2.2). */
#include "exception.h"

#include <string.h>

#include "maps.h"
#include "memory.h"
#include "modules.h"
#include "thread_locals.h"

/* In exception_class, "GNUCC++" and "CLNGC++" with a last byte 0, or 1 for one that std::rethrow_exception threw. */
#define GNU_CLASS 0x474e5543432b2b00u
#define CLANG_CLASS 0x434c4e47432b2b00u

/* Offsets from the part that all languages share (_Unwind_Exception); equal in both runtimes where not said. */
#define TYPE (-80)
#define HANDLERS (-40) /* how many handlers hold it; below 0 while it is thrown again */
#define GNU_PRIMARY (-80)
#define CLANG_PRIMARY (-88)
#define OBJECT 32
#define GNU_PRIMARY_TYPE (-112) /* from the object */

#define MOST_BLOCKS 8
#define MOST_BLOCK 4096
#define MOST_STACK 32768

static bool read_type(uint64_t type, struct exception *to)
{
        uint64_t name;

        if (!type || type % 8 || !memory_word(type + 8, &name))
                return false;
        if (!memory_string(name, to->name, sizeof(to->name)) || !to->name[0])
                return false;
        for (const char *at = to->name; *at; at++)
                if (*at <= ' ' || *at > '~')
                        return false;
        to->type = type;
        return true;
}

/* at: where _Unwind_Exception would be. */
static bool read_exception(uint64_t at, struct exception *to)
{
        uint64_t class, type;
        int32_t handlers;

        if (at % 8 || !memory_word(at, &class) ||
            ((class & ~(uint64_t)1) != GNU_CLASS && (class & ~(uint64_t)1) != CLANG_CLASS))
                return false;
        if (!memory_copy(at + (uint64_t)HANDLERS, &handlers, sizeof(handlers)) || !handlers)
                return false;
        bool gnu = (class & ~(uint64_t)1) == GNU_CLASS;

        to->object = at + OBJECT;
        if (class & 1 && !memory_word(at + (uint64_t)(gnu ? GNU_PRIMARY : CLANG_PRIMARY), &to->object))
                return false;
        uint64_t type_at = class & 1 && gnu ? to->object + (uint64_t)GNU_PRIMARY_TYPE : at + (uint64_t)TYPE;

        return memory_word(type_at, &type) && read_type(type, to);
}

/* A word in the runtime's variables: the head of its list points to where the exception's own part begins, which is two
 * words longer in libc++abi. */
static bool read_head(uint64_t word, struct exception *to)
{
        return word && (read_exception(word - (uint64_t)TYPE, to) || read_exception(word + 16 - (uint64_t)TYPE, to));
}

/* What the runtime has on its list, if the module holds a runtime. */
static enum exception_found find_in_module(const struct module *module, uint64_t thread_pointer, struct exception *to)
{
        uint64_t starts[MOST_BLOCKS], word;
        uint64_t size = module->tls_size < MOST_BLOCK ? module->tls_size : MOST_BLOCK;
        size_t count = thread_locals_find(module, thread_pointer, starts, MOST_BLOCKS);
        enum exception_found found = EXCEPTION_UNKNOWN;

        for (size_t i = 0; i < count; i++)
                for (uint64_t at = starts[i]; at < starts[i] + size; at += 8) {
                        if (!memory_word(at, &word))
                                break;
                        if (read_head(word, to))
                                return EXCEPTION_FOUND;
                        found = EXCEPTION_NONE;
                }
        return found;
}

/* Debian's libc++abi keeps its list where pthread_setspecific put it, but the functions that end the program hold the exception
 * in their frames. Only one that is being handled is taken, and the innermost. */
static bool find_on_stack(const struct report *report, struct exception *to)
{
        const struct stack *stack = &report->crashed;
        uint64_t start = stack->count ? stack->frames[0].sp & ~(uint64_t)7 : 0, word;

        for (uint64_t at = start; start && at < start + MOST_STACK; at += 8) {
                if (!memory_word(at, &word))
                        return false;
                if (word > 4096 &&
                    (read_exception(word, to) || read_head(word, to) || read_exception(word - OBJECT, to)))
                        return true;
        }
        return false;
}

static bool is_runtime(const char *path)
{
        static const char *const names[] = {"/libstdc++.so.", "/libc++abi.so."};
        const char *name = strrchr(path, '/');

        for (size_t i = 0; name && i < sizeof(names) / sizeof(names[0]); i++)
                if (!strncmp(name, names[i], strlen(names[i])))
                        return true;
        return false;
}

/* When a handler has been entered, none of the runtime's frames is left on the stack: its file is known by name. */
static void find_runtimes(void)
{
        for (size_t i = 0; i < maps_count(); i++)
                if (is_runtime(maps_at(i)->name))
                        modules_find(maps_at(i)->start);
}

enum exception_found exception_find(const struct report *report, const struct image *runtime, struct exception *to)
{
        enum exception_found found = EXCEPTION_UNKNOWN;

        find_runtimes();
        for (const struct module *module = modules_first(); module; module = module->next) {
                if (!module->tls_size || (!module->has_frame && !is_runtime(module->image.path)))
                        continue;
                enum exception_found here = find_in_module(module, report->facts.thread_pointer, to);

                if (here == EXCEPTION_FOUND)
                        return here;
                if (&module->image == runtime)
                        found = here;
        }
        if (runtime && found == EXCEPTION_UNKNOWN && find_on_stack(report, to))
                return EXCEPTION_FOUND;
        return found;
}
