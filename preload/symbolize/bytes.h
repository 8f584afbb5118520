/* Reads numbers from bytes that may lie about their length: past the end everything is 0 and "bad" is set. */
#ifndef SYMBOLIZE_BYTES_H
#define SYMBOLIZE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
        const uint8_t *at, *end;
        bool bad;
};

/* A value of 1 to 8 bytes. Both machines are little-endian. */
static inline uint64_t bytes_number(struct bytes *from, size_t size)
{
        uint64_t value = 0;

        if ((size_t)(from->end - from->at) < size) {
                from->bad = true;
                from->at = from->end;
                return 0;
        }
        memcpy(&value, from->at, size);
        from->at += size;
        return value;
}

int64_t bytes_signed(struct bytes *from, size_t size);
uint64_t bytes_long_uleb(struct bytes *from);
int64_t bytes_sleb(struct bytes *from);

static inline void bytes_skip(struct bytes *from, uint64_t count)
{
        if ((uint64_t)(from->end - from->at) < count) {
                from->bad = true;
                from->at = from->end;
        } else if (count) { /* there may be no bytes at all, and nothing is added to null */
                from->at += count;
        }
}

/* Most have one or two bytes, and a unit has a hundred thousand of them. */
static inline uint64_t bytes_uleb(struct bytes *from)
{
        if (from->at < from->end && *from->at < 0x80)
                return *from->at++;
        if (from->end - from->at < 2 || from->at[1] >= 0x80)
                return bytes_long_uleb(from);
        from->at += 2;
        return (uint64_t)(from->at[-2] & 0x7f) | (uint64_t)from->at[-1] << 7;
}

/* A zero-terminated string, or null. */
const char *bytes_string(struct bytes *from);

/*
 * A pointer in the encoding DW_EH_PE_* (LSB, "DWARF Extensions"): here is the address of from->at in the process, data
 * the base of data-relative values. Indirect, function-, text-relative and aligned ones are bad.
 */
uint64_t bytes_pointer(struct bytes *from, uint8_t encoding, uint64_t here, uint64_t data);

#endif
