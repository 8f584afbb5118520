/* Writes unwind rules anew in their plainest form. */
#include "cfi_rewrite.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "cfi_check.h"
#include "machine.h"

static void put(uint8_t **to, uint64_t value, size_t size)
{
        memcpy(*to, &value, size);
        *to += size;
}

static void put_uleb(uint8_t **to, uint64_t value)
{
        do {
                *(*to)++ = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
                value >>= 7;
        } while (value);
}

static void put_sleb(uint8_t **to, int64_t value)
{
        bool more = true;

        while (more) {
                uint8_t byte = value & 0x7f;

                value >>= 7;
                more = !((!value && !(byte & 0x40)) || (value == -1 && (byte & 0x40)));
                *(*to)++ = byte | (more ? 0x80 : 0);
        }
}

static void put_bytes(uint8_t **to, const uint8_t *bytes, size_t length)
{
        memcpy(*to, bytes, length);
        *to += length;
}

/* Room for one more function, or null. The bytes may move, their addresses do not. */
static uint8_t *reserve(struct cfi_arena *arena, const struct module *module, size_t length)
{
        if (arena->used + length > arena->room) {
                size_t room = arena->room * 2 + length + 4096;
                uint8_t *larger = realloc(arena->bytes, room);

                if (!larger)
                        return NULL;
                arena->bytes = larger;
                arena->room = room;
        }
        arena->base = module->low;
        return arena->used + length < module->high - module->low ? arena->bytes + arena->used : NULL;
}

const struct rules *cfi_rewrite(struct cfi_arena *arena, const struct module *module, struct cfi_function *function)
{
        size_t most = function->common_length + function->own_length + 128;
        uint8_t *start, *at, *cie, *fde;
        struct rules *rules;

        if (arena->count == sizeof(arena->rules) / sizeof(arena->rules[0]) ||
            !cfi_check(function->common, function->common_length, true) ||
            !cfi_check(function->own, function->own_length, false) || function->start - module->low > INT32_MAX ||
            !(start = reserve(arena, module, most)) || !(rules = calloc(1, sizeof(*rules))))
                return NULL;
        /* The search table is written last, when it is known where the FDE is. */
        at = cie = start + 8;
        put(&at, 0, 4);
        put(&at, 0, 4); /* a CIE of .eh_frame */
        put(&at, 1, 1);
        put_bytes(&at, (const uint8_t *)"zR", 3);
        put_uleb(&at, function->code_step);
        put_sleb(&at, function->data_step);
        put(&at, MACHINE_RETURN, 1);
        put_uleb(&at, 1);
        put(&at, DW_EH_PE_absptr, 1);
        put_bytes(&at, function->common, function->common_length);
        put(&cie, (uint64_t)(at - cie) - 4, 4);
        fde = at;
        put(&at, 0, 4);
        put(&at, (uint64_t)(at - (start + 8)), 4);
        put(&at, function->start, 8);
        put(&at, function->end - function->start, 8);
        put_uleb(&at, 0);
        put_bytes(&at, function->own, function->own_length);
        rules->start = function->start;
        rules->end = function->end;
        rules->signal = function->signal;
        rules->base = module->low;
        rules->table = arena->base + arena->used;
        put(&start, function->start - module->low, 4);
        put(&start, arena->used + (size_t)(fde - (start - 4)), 4);
        put(&fde, (uint64_t)(at - fde) - 4, 4);
        arena->used = ((size_t)(at - arena->bytes) + 7) & ~(size_t)7;
        arena->rules[arena->count++] = rules;
        return rules;
}

const struct rules *cfi_rewritten(const struct cfi_arena *arena, uint64_t pc)
{
        for (size_t i = arena->count; i-- > 0;)
                if (pc >= arena->rules[i]->start && pc < arena->rules[i]->end)
                        return arena->rules[i];
        return NULL;
}

bool cfi_arena_word(const struct cfi_arena *arena, uint64_t address, uint64_t *to)
{
        if (!arena->used || address - arena->base >= arena->used)
                return false;
        memset(to, 0, sizeof(*to));
        size_t left = arena->used - (size_t)(address - arena->base);

        memcpy(to, arena->bytes + (address - arena->base), left < sizeof(*to) ? left : sizeof(*to));
        return true;
}
