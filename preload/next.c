/* The next function of each hooked name: the loader's list is walked by our own feet, dlsym takes locks and allocates. */
#include "next.h"

#include <stdatomic.h>

#include "errno_edge.h"
#include "insignal/modules.h"
#include "libc.h"
#include "memory.h"
#include "sys.h"

#define NOWHERE ((void *)-1) /* looked for and not found */

static const char *const names[NEXT_COUNT] = {
#define ROW(type, name, parameters) [NEXT_##name] = #name,
        NEXT_FUNCTIONS(ROW)
#undef ROW
};
static WRITTEN_AT_START _Atomic(void *) found[NEXT_COUNT];

/* The dynamic section of one module. glibc has relocated its addresses, musl and the vdso have not. */
struct tables {
        uint64_t bias;
        const Elf64_Sym *symbols;
        const char *strings;
        uint64_t own_name; /* DT_SONAME, an offset in the strings; 0: none */
        const uint16_t *versions;
        const uint32_t *gnu_hash, *sysv_hash;
};

static const void *relocated(const struct link_map *map, Elf64_Addr address)
{
        return (const void *)(address < map->l_addr ? address + map->l_addr : address);
}

static bool tables_of(const struct link_map *map, struct tables *to)
{
        *to = (struct tables){.bias = map->l_addr};
        for (const Elf64_Dyn *entry = map->l_ld; entry && entry->d_tag != DT_NULL; entry++) {
                const void *at = relocated(map, entry->d_un.d_ptr);

                switch (entry->d_tag) {
                case DT_SYMTAB:
                        to->symbols = at;
                        break;
                case DT_STRTAB:
                        to->strings = at;
                        break;
                case DT_SONAME:
                        to->own_name = entry->d_un.d_val;
                        break;
                case DT_VERSYM:
                        to->versions = at;
                        break;
                case DT_GNU_HASH:
                        to->gnu_hash = at;
                        break;
                case DT_HASH:
                        to->sysv_hash = at;
                        break;
                default:
                        break;
                }
        }
        return to->symbols && to->strings && (to->gnu_hash || to->sysv_hash);
}

/* A definition that a program without version information would get: never a hidden version (bit 15). */
static bool symbol_fits(const struct tables *in, uint32_t index, const char *name)
{
        const Elf64_Sym *symbol = &in->symbols[index];
        unsigned type = ELF64_ST_TYPE(symbol->st_info);

        return symbol->st_shndx != SHN_UNDEF && symbol->st_value && (type == STT_FUNC || type == STT_GNU_IFUNC) &&
               text_equal(in->strings + symbol->st_name, name) && !(in->versions && in->versions[index] & 0x8000);
}

/* DT_GNU_HASH: bloom filter, buckets, chains that end with a set lowest bit. */
static const Elf64_Sym *find_by_gnu_hash(const struct tables *in, const char *name)
{
        uint32_t buckets = in->gnu_hash[0];
        uint32_t first = in->gnu_hash[1];
        uint32_t words = in->gnu_hash[2];
        const uint64_t *bloom = (const uint64_t *)(const void *)&in->gnu_hash[4];
        const uint32_t *bucket = (const uint32_t *)(const void *)&bloom[words];
        const uint32_t *chain = &bucket[buckets];
        uint32_t hash = 5381;
        uint64_t word;

        for (const char *at = name; *at; at++)
                hash = hash * 33 + (uint8_t)*at;
        if (!words || !buckets)
                return NULL;
        word = bloom[hash / 64 % words];
        if (!(word >> hash % 64 & 1) || !(word >> (hash >> in->gnu_hash[3]) % 64 & 1))
                return NULL;
        for (uint32_t i = bucket[hash % buckets]; i >= first; i++) {
                if ((chain[i - first] | 1) == (hash | 1) && symbol_fits(in, i, name))
                        return &in->symbols[i];
                if (chain[i - first] & 1)
                        break;
        }
        return NULL;
}

/* DT_HASH (System V ABI, chapter 5). */
static const Elf64_Sym *find_by_sysv_hash(const struct tables *in, const char *name)
{
        uint32_t buckets = in->sysv_hash[0];
        uint32_t hash = 0;

        for (const char *at = name; *at; at++) {
                hash = (hash << 4) + (uint8_t)*at;
                hash ^= hash >> 24 & 0xf0;
                hash &= 0x0fffffff;
        }
        if (!buckets)
                return NULL;
        for (uint32_t i = in->sysv_hash[2 + hash % buckets]; i; i = in->sysv_hash[2 + buckets + i])
                if (symbol_fits(in, i, name))
                        return &in->symbols[i];
        return NULL;
}

static void *find_in(const struct link_map *map, const char *name, size_t *size)
{
        const Elf64_Sym *symbol;
        struct tables tables;
        void *address;

        if (!tables_of(map, &tables))
                return NULL;
        symbol = tables.gnu_hash ? find_by_gnu_hash(&tables, name) : find_by_sysv_hash(&tables, name);
        if (!symbol)
                return NULL;
        address = (void *)(tables.bias + symbol->st_value);
        if (size)
                *size = symbol->st_size;
        if (ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC)
                address = ((void *(*)(void))address)();
        return address;
}

bool next_symbol_in(const struct link_map *map, const char *name)
{
        return find_in(map, name, NULL) != NULL;
}

/* Behind ours first, as RTLD_NEXT does; before ours only if we were opened late instead of preloaded. */
void *next_symbol(const char *name, size_t *size)
{
        const struct link_map *own = modules_own();
        void *address = NULL;

        if (!own)
                return NULL;
        for (const struct link_map *map = own->l_next; map && !address; map = map->l_next)
                address = find_in(map, name, size);
        for (const struct link_map *map = modules_first(); map != own && !address; map = map->l_next)
                address = find_in(map, name, size);
        return address;
}

void *next_find(enum next_function function)
{
        void *address = atomic_load_explicit(&found[function], memory_order_relaxed);

        if (__builtin_expect(address == NULL, 0)) {
                address = next_symbol(names[function], NULL);
                atomic_store_explicit(&found[function], address ? address : NOWHERE, memory_order_relaxed);
        }
        return address == NOWHERE ? NULL : address;
}

bool next_is_second_copy(void)
{
        const struct link_map *own = modules_own();
        struct tables tables;

        for (const struct link_map *map = modules_first(); own && map && map != own; map = map->l_next)
                if (tables_of(map, &tables) && tables.own_name &&
                    text_equal(tables.strings + tables.own_name, "libsigguard.so"))
                        return true;
        return false;
}

int next_sigaction(int signal, const struct sigaction *action, struct sigaction *old)
{
        next_sigaction_type next = next_sigaction_find();
        struct kernel_action asked, had;
        long answer;

        if (next)
                return next(signal, action, old);
        if (action)
                asked = (struct kernel_action){(void *)action->sa_handler, (uint32_t)action->sa_flags | 0x04000000,
                                               (void *)arch_restore, *(const signal_set *)&action->sa_mask};
        answer = sys_sigaction(signal, action ? &asked : NULL, &had);
        if (answer < 0)
                return errno_fail(answer);
        if (old) {
                old->sa_handler = (signal_handler)had.handler;
                old->sa_flags = (int)had.flags;
                old->sa_restorer = (void (*)(void))had.restorer;
                *(signal_set *)&old->sa_mask = had.mask;
        }
        return 0;
}
