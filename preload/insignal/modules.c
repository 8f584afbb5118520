/* The loaded modules, from the loader's own list. */
#include "insignal/modules.h"

#include "insignal/guard.h"
#include "libc.h"
#include "memory.h"

#define MOST_MODULES 4096 /* a damaged list may be a circle */
#define MOST_ENTRIES 1024 /* or have no end */

extern __attribute__((visibility("hidden"))) Elf64_Dyn _DYNAMIC[];

static WRITTEN_AT_START const Elf64_Phdr *executable_headers;
static WRITTEN_AT_START size_t executable_count;

struct link_map *modules_first(void)
{
        if (&_r_debug && _r_debug.r_map)
                return _r_debug.r_map;
        return &_dl_debug_addr && _dl_debug_addr ? _dl_debug_addr->r_map : NULL;
}

bool modules_is_glibc(void)
{
        return &__libc_stack_end != NULL;
}

struct link_map *modules_own(void)
{
        struct link_map *map = modules_first();

        while (map && map->l_ld != _DYNAMIC)
                map = map->l_next;
        return map;
}

uint64_t modules_executable(void)
{
        return (uint64_t)(uintptr_t)executable_headers;
}

void modules_learn_executable(const void *headers, size_t count)
{
        executable_headers = headers;
        executable_count = count;
}

/*
 * rt_sigprocmask(2) with an impossible how copies the 8 bytes first and then says EINVAL, or EFAULT if it cannot
 * (kernel/signal.c): a read without a fault and without an effect. At address 0 it would be asked for no change at all.
 */
bool modules_readable(uint64_t address, size_t size)
{
        uint64_t last = address + size - 1;

        if (last < address)
                return false;
        for (uint64_t at = address; at <= last; at = (at | 4095) + 1) {
                uint64_t probe = at & ~(uint64_t)7;

                if (sys(__NR_rt_sigprocmask, -1, probe ? probe : 8, 0, sizeof(signal_set)) == -EFAULT)
                        return false;
                if ((at | 4095) == UINT64_MAX)
                        return true;
        }
        return true;
}

static void find_build_id(const Elf64_Phdr *header, struct module *in)
{
        uint64_t at = in->bias + header->p_vaddr;
        uint64_t end = at + header->p_memsz;

        if (!modules_readable(at, header->p_memsz))
                return;
        while (at + sizeof(Elf64_Nhdr) <= end) {
                const Elf64_Nhdr *note = (const Elf64_Nhdr *)(uintptr_t)at;
                uint64_t name = at + sizeof(*note);
                uint64_t bytes = name + ((note->n_namesz + 3u) & ~3u);

                at = bytes + ((note->n_descsz + 3u) & ~3u);
                if (at > end)
                        return;
                if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
                    !memcmp((const void *)(uintptr_t)name, "GNU", 4)) {
                        in->build_id = (const uint8_t *)(uintptr_t)bytes;
                        in->build_id_size = note->n_descsz < 64 ? note->n_descsz : 64;
                        return;
                }
        }
}

/* Whether address is in one of the module's segments; fills start, end and the build-id. */
static bool module_holds(struct module *module, const Elf64_Phdr *headers, size_t count, uint64_t address)
{
        bool holds = false;

        module->start = UINT64_MAX;
        for (size_t i = 0; i < count; i++) {
                uint64_t start = module->bias + headers[i].p_vaddr;

                if (headers[i].p_type != PT_LOAD)
                        continue;
                holds |= address >= start && address - start < headers[i].p_memsz;
                if (start < module->start)
                        module->start = start;
                if (start + headers[i].p_memsz > module->end)
                        module->end = start + headers[i].p_memsz;
        }
        for (size_t i = 0; holds && i < count && !module->build_id; i++)
                if (headers[i].p_type == PT_NOTE)
                        find_build_id(&headers[i], module);
        return holds;
}

static bool is_header(uint64_t address)
{
        const Elf64_Ehdr *header = (const Elf64_Ehdr *)(uintptr_t)address;

        return modules_readable(address, sizeof(*header)) && !memcmp(header->e_ident, ELFMAG, SELFMAG) &&
               header->e_phentsize == sizeof(Elf64_Phdr);
}

/*
 * A library's ELF header lies at its load address. One that was linked or prelinked to an address of its own counts from
 * another place, most often 0: what its dynamic section leads to lies in the same page as the header, right behind it.
 */
static uint64_t header_of(const struct link_map *map)
{
        const Elf64_Dyn *entry = map->l_ld;
        uint64_t lowest = UINT64_MAX;

        if (is_header(map->l_addr))
                return map->l_addr;
        for (unsigned i = 0; i < MOST_ENTRIES && modules_readable((uint64_t)(uintptr_t)entry, sizeof(*entry)) &&
                             entry->d_tag != DT_NULL;
             i++, entry++) {
                uint64_t at = entry->d_un.d_ptr;

                /* glibc has relocated it, musl has not */
                at += at < map->l_addr ? map->l_addr : 0;
                if ((entry->d_tag == DT_HASH || entry->d_tag == DT_GNU_HASH || entry->d_tag == DT_SYMTAB) &&
                    at < lowest)
                        lowest = at;
        }
        return is_header(lowest & ~(uint64_t)4095) ? lowest & ~(uint64_t)4095 : 0;
}

/* The headers of a module: the executable's from the kernel, the others' behind the ELF header they are loaded with. */
static const Elf64_Phdr *headers_of(const struct link_map *map, bool first, size_t *count)
{
        const Elf64_Ehdr *header;

        if (first) {
                *count = executable_count;
                return executable_headers;
        }
        header = (const Elf64_Ehdr *)header_of(map);
        if (!header)
                return NULL;
        *count = header->e_phnum;
        if (!modules_readable((uint64_t)(uintptr_t)header + header->e_phoff, *count * sizeof(Elf64_Phdr)))
                return NULL;
        return (const Elf64_Phdr *)((const uint8_t *)header + header->e_phoff);
}

bool modules_find(uint64_t address, struct module *found)
{
        const struct link_map *first = modules_first();
        const struct link_map *map = first;

        for (unsigned i = 0; map && i < MOST_MODULES; i++, map = map->l_next) {
                size_t count = 0;
                const Elf64_Phdr *headers;

                if (!modules_readable((uint64_t)(uintptr_t)map, sizeof(*map)))
                        return false;
                headers = headers_of(map, map == first, &count);
                *found = (struct module){.bias = map->l_addr, .map = map, .headers = headers, .header_count = count};
                if (!headers || !module_holds(found, headers, count, address))
                        continue;
                found->path = map == first ? guard.executable : map->l_name;
                if (!modules_readable((uint64_t)(uintptr_t)found->path, 1))
                        found->path = "?";
                else if (!*found->path)
                        found->path = "[vdso]"; /* glibc lists it without a name */
                return true;
        }
        return false;
}

void modules_name(struct out *to, uint64_t address)
{
        struct module in;

        if (!modules_find(address, &in)) {
                out_hex(to, address);
                return;
        }
        out_escaped_path(to, in.path);
        out_char(to, '+');
        out_hex(to, address - in.bias);
}
