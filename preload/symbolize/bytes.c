/* Reads numbers from bytes that may lie about their length. */
#include "bytes.h"

#include <dwarf.h>
#include <string.h>

int64_t bytes_signed(struct bytes *from, size_t size)
{
        uint64_t value = bytes_number(from, size);
        unsigned int unused = 64 - 8 * (unsigned int)size;

        return (int64_t)(value << unused) >> unused;
}

uint64_t bytes_long_uleb(struct bytes *from)
{
        uint64_t value = 0;

        for (unsigned int shift = 0;; shift += 7) {
                uint8_t byte = (uint8_t)bytes_number(from, 1);

                if (shift < 64)
                        value |= (uint64_t)(byte & 0x7f) << shift;
                if (!(byte & 0x80))
                        return value;
        }
}

int64_t bytes_sleb(struct bytes *from)
{
        uint64_t value = 0;

        for (unsigned int shift = 0;; shift += 7) {
                uint8_t byte = (uint8_t)bytes_number(from, 1);

                if (shift < 64)
                        value |= (uint64_t)(byte & 0x7f) << shift;
                if (!(byte & 0x80)) {
                        if ((byte & 0x40) && shift + 7 < 64)
                                value |= ~(uint64_t)0 << (shift + 7);
                        return (int64_t)value;
                }
        }
}

const char *bytes_string(struct bytes *from)
{
        const uint8_t *end = memchr(from->at, 0, (size_t)(from->end - from->at));
        const char *text = (const char *)from->at;

        if (!end) {
                from->bad = true;
                from->at = from->end;
                return NULL;
        }
        from->at = end + 1;
        return text;
}

uint64_t bytes_pointer(struct bytes *from, uint8_t encoding, uint64_t here, uint64_t data)
{
        uint64_t value;

        switch (encoding & 0x0f) {
        case DW_EH_PE_absptr:
        case DW_EH_PE_udata8:
        case DW_EH_PE_sdata8:
                value = bytes_number(from, 8);
                break;
        case DW_EH_PE_uleb128:
                value = bytes_uleb(from);
                break;
        case DW_EH_PE_udata2:
                value = bytes_number(from, 2);
                break;
        case DW_EH_PE_udata4:
                value = bytes_number(from, 4);
                break;
        case DW_EH_PE_sleb128:
                value = (uint64_t)bytes_sleb(from);
                break;
        case DW_EH_PE_sdata2:
                value = (uint64_t)bytes_signed(from, 2);
                break;
        case DW_EH_PE_sdata4:
                value = (uint64_t)bytes_signed(from, 4);
                break;
        default:
                from->bad = true;
                return 0;
        }
        switch (encoding & 0xf0) {
        case DW_EH_PE_absptr:
                return value;
        case DW_EH_PE_pcrel:
                return value + here;
        case DW_EH_PE_datarel:
                return value + data;
        default:
                from->bad = true;
                return 0;
        }
}
