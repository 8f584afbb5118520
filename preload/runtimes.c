/* Which modules belong to a language runtime: judged once each, and the judgement remembered. */
#include "runtimes.h"

#include <stdatomic.h>

#include "golang.h"
#include "hotspot.h"
#include "insignal/modules.h"
#include "memory.h"

/*
 * Judged modules; a place is taken once. A full table only means that it is judged again. What was loaded later may be
 * unloaded, and something else be loaded at its addresses: map is set if that has to be looked at.
 */
#define REMEMBERED 16
static struct {
        _Atomic uint64_t start; /* | enum runtime; written last: with it the place is complete */
        _Atomic uint64_t end;
        const struct link_map *map;
        uint64_t bias, mark;
} judged[REMEMBERED] __attribute__((section(".bss.start_last")));
#define RUNTIME_BITS ((uint64_t)3)

static WRITTEN_AT_START const struct link_map *last_at_start;

void runtimes_begin(void)
{
        for (const struct link_map *map = modules_first(); map; map = map->l_next)
                last_at_start = map;
}

static bool is_there_for_ever(const struct link_map *of)
{
        const struct link_map *map = last_at_start ? modules_first() : NULL;

        while (map && map != of && map != last_at_start)
                map = map->l_next; /* what is there at the start stays in front */
        return map && map == of;
}

/* Of the sizes and places of all tables: the loader's entry of another library often has the same address and bias. */
static uint64_t mark_of(const struct link_map *map)
{
        uint64_t mark = (uint64_t)(uintptr_t)map->l_ld;

        for (const Elf64_Dyn *entry = map->l_ld; entry->d_tag != DT_NULL; entry++)
                mark = (mark ^ (uint64_t)entry->d_tag ^ entry->d_un.d_val) * 0x100000001b3u;
        return mark;
}

static bool is_there_still(unsigned i)
{
        const struct link_map *map = judged[i].map;

        return !map ||
               (modules_readable((uint64_t)(uintptr_t)map, sizeof(*map)) && map->l_addr == judged[i].bias &&
                modules_readable((uint64_t)(uintptr_t)map->l_ld, sizeof(*map->l_ld)) && mark_of(map) == judged[i].mark);
}

static void remember(const struct module *module, enum runtime runtime)
{
        for (unsigned i = 0; i < REMEMBERED; i++) {
                uint64_t nothing = 0;

                if (atomic_load(&judged[i].start) ||
                    !atomic_compare_exchange_strong(&judged[i].end, &nothing, module->end))
                        continue;
                judged[i].map = is_there_for_ever(module->map) ? NULL : module->map;
                judged[i].bias = module->bias;
                judged[i].mark = mark_of(module->map);
                atomic_store(&judged[i].start, module->start | runtime);
                return;
        }
}

enum runtime runtimes_of(uint64_t address)
{
        enum runtime runtime = RUNTIME_NONE;
        struct module module;

        for (unsigned i = 0; i < REMEMBERED; i++) {
                uint64_t start = atomic_load(&judged[i].start);

                if (!start)
                        break;
                if (address >= (start & ~RUNTIME_BITS) && address < atomic_load(&judged[i].end) && is_there_still(i))
                        return (enum runtime)(start & RUNTIME_BITS);
        }
        if (!modules_find(address, &module))
                return RUNTIME_NONE;
        if (golang_made(&module))
                runtime = RUNTIME_GO;
        else if (hotspot_made(&module))
                runtime = RUNTIME_JVM;
        remember(&module, runtime);
        return runtime;
}
