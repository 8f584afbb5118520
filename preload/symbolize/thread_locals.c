/* Finds thread-local variables as compiled code does: through what the loader wrote for the module's relocations. */
#include "thread_locals.h"

#include <elf.h>

#include "machine.h"
#include "memory.h"

#define MOST_RELOCATIONS (1u << 18)
#define MOST_MODULES 4096

struct search {
        uint64_t thread_pointer;
        uint64_t *starts;
        size_t count, room;
};

static void add(struct search *search, uint64_t start)
{
        for (size_t i = 0; i < search->count; i++)
                if (search->starts[i] == start)
                        return;
        if (start && search->count < search->room)
                search->starts[search->count++] = start;
}

/*
 * The thread's table holds for each module where its variables begin; glibc keeps a second word with each of them
 * (nptl/sysdeps: dtv_t), musl does not.
 */
static void add_from_table(struct search *search, uint64_t number)
{
        static const int64_t places[] = MACHINE_TLS_TABLE;
        uint64_t table, start;

        if (!number || number > MOST_MODULES)
                return;
        for (uint64_t libc = 0; libc < 2; libc++)
                if (memory_word(search->thread_pointer + (uint64_t)places[libc], &table) &&
                    memory_word(table + number * (libc ? 8 : 16), &start))
                        add(search, start);
}

static void take(struct search *search, const struct module *module, const Elf64_Rela *relocation)
{
        uint64_t at = relocation->r_offset + module->bias, value;

        switch (ELF64_R_TYPE(relocation->r_info)) {
        case MACHINE_TLS_MODULE:
                if (memory_word(at, &value))
                        add_from_table(search, value);
                break;
        case MACHINE_TLS_OFFSET:
                if (memory_word(at, &value))
                        add(search, search->thread_pointer + value);
                break;
        case MACHINE_TLS_DESCRIPTOR: /* a function and its argument: for a module loaded at the start, the offset */
                if (memory_word(at + 8, &value))
                        add(search, search->thread_pointer + value);
                break;
        }
}

static void read_relocations(struct search *search, const struct module *module, uint64_t at, uint64_t size)
{
        uint64_t count = size / sizeof(Elf64_Rela);
        Elf64_Rela part[128];

        for (uint64_t done = 0; done < count && done < MOST_RELOCATIONS;) {
                uint64_t wanted = count - done < 128 ? count - done : 128;
                size_t got = memory_read(at + done * sizeof(part[0]), part, wanted * sizeof(part[0])) / sizeof(part[0]);

                for (size_t i = 0; i < got && search->count < search->room; i++)
                        take(search, module, &part[i]);
                if (got < wanted || search->count == search->room)
                        return;
                done += got;
        }
}

size_t thread_locals_find(const struct module *module, uint64_t thread_pointer, uint64_t *starts, size_t room)
{
        struct search search = {.thread_pointer = thread_pointer, .starts = starts, .room = room};
        uint64_t at[2] = {0}, size[2] = {0}; /* of data, and of the functions that are bound when first called */

        if (!thread_pointer || !module->tls_size)
                return 0;
        for (uint64_t i = 0; i < module->dynamic_size / sizeof(Elf64_Dyn) && i < 512; i++) {
                Elf64_Dyn entry;

                if (!memory_copy(module->dynamic + i * sizeof(entry), &entry, sizeof(entry)) || entry.d_tag == DT_NULL)
                        break;
                if (entry.d_tag == DT_RELA)
                        at[0] = entry.d_un.d_ptr;
                else if (entry.d_tag == DT_RELASZ)
                        size[0] = entry.d_un.d_val;
                else if (entry.d_tag == DT_JMPREL)
                        at[1] = entry.d_un.d_ptr;
                else if (entry.d_tag == DT_PLTRELSZ)
                        size[1] = entry.d_un.d_val;
        }
        for (int i = 0; i < 2; i++)
                if (at[i])
                        read_relocations(&search, module, modules_address(module, at[i]), size[i]);
        /* The linker knows where an executable's variables will lie and leaves no relocation; its number is 1. */
        if (!search.count)
                add_from_table(&search, 1);
        return search.count;
}
