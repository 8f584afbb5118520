/* Makes text of unknown origin harmless: thread names, paths and assertion texts may hold anything. */
#include "escape.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many bytes the UTF-8 character at text has (RFC 3629); 0: none that is valid. */
static size_t character(const unsigned char *text, uint32_t *code)
{
        static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
        size_t length = text[0] < 0x80             ? 1
                        : (text[0] & 0xe0) == 0xc0 ? 2
                        : (text[0] & 0xf0) == 0xe0 ? 3
                        : (text[0] & 0xf8) == 0xf0 ? 4
                                                   : 0;

        *code = length < 2 ? text[0] : text[0] & (0xffu >> (length + 1));
        for (size_t i = 1; i < length; i++) {
                if ((text[i] & 0xc0) != 0x80)
                        return 0;
                *code = *code << 6 | (text[i] & 0x3f);
        }
        return length && *code >= least[length] && *code <= 0x10ffff && (*code < 0xd800 || *code > 0xdfff) ? length : 0;
}

static bool is_harmless(uint32_t code)
{
        if (code < 0x20 || (code >= 0x7f && code < 0xa0))
                return false;
        /* Zero-width and direction marks, line and paragraph separators, the byte order mark, not characters. */
        return !(code >= 0x200b && code <= 0x200f) && !(code >= 0x2028 && code <= 0x202e) &&
               !(code >= 0x2060 && code <= 0x206f) && code != 0xfeff && (code & 0xfffe) != 0xfffe &&
               !(code >= 0xe0000 && code <= 0xe0fff);
}

const char *escape_text(char *to, size_t room, const char *text, bool spaces)
{
        const unsigned char *from = (const unsigned char *)text;
        size_t used = 0, length;
        uint32_t code;

        while (*from) {
                length = character(from, &code);
                bool keep = length && is_harmless(code) && !(spaces && (*from == ' ' || *from == '\\'));

                if (used + (keep ? length : 4) >= room)
                        break;
                if (keep) {
                        memcpy(to + used, from, length);
                        used += length;
                        from += length;
                } else {
                        used += (size_t)sprintf(to + used, "\\x%02x", *from++);
                }
        }
        to[used] = 0;
        return to;
}

const char *escape(const char *text)
{
        static char *results[8];
        static unsigned int next;
        size_t room = strlen(text) * 4 + 1;
        char **result = &results[next++ % 8];

        free(*result);
        *result = malloc(room);
        return *result ? escape_text(*result, room, text, false) : "";
}

void escape_undo(char *text)
{
        char *to = text, hex[3] = {0};

        for (char *from = text; *from; from++) {
                if (from[0] == '\\' && from[1] == 'x' && isxdigit((unsigned char)from[2]) &&
                    isxdigit((unsigned char)from[3])) {
                        memcpy(hex, from + 2, 2);
                        char byte = (char)strtoul(hex, NULL, 16);

                        if (byte)
                                *to++ = byte;
                        from += 3;
                } else {
                        *to++ = *from;
                }
        }
        *to = 0;
}
