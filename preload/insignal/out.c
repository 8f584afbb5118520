/* Builds one line of text in a fixed buffer. */
#include "insignal/out.h"

static const char digits[] = "0123456789abcdef";

struct out out_into(char *buffer, size_t size)
{
        *buffer = 0;
        return (struct out){buffer, buffer, buffer + size - 1, false};
}

void out_char(struct out *to, char byte)
{
        bool escaped = to->quoted && (byte == '"' || byte == '\\');

        if (to->end - to->at <= escaped)
                return;
        if (escaped)
                *to->at++ = '\\';
        *to->at++ = byte;
        *to->at = 0;
}

void out_text(struct out *to, const char *text)
{
        while (*text)
                out_char(to, *text++);
}

void out_number(struct out *to, int64_t number)
{
        char reversed[20];
        unsigned n = 0;
        uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

        if (number < 0)
                out_char(to, '-');
        do
                reversed[n++] = digits[rest % 10];
        while (rest /= 10);
        while (n)
                out_char(to, reversed[--n]);
}

void out_hex(struct out *to, uint64_t number)
{
        unsigned shift = 60;

        out_text(to, "0x");
        while (shift && !(number >> shift))
                shift -= 4;
        for (;; shift -= 4) {
                out_char(to, digits[number >> shift & 15]);
                if (!shift)
                        return;
        }
}

void out_bytes(struct out *to, const uint8_t *bytes, size_t n)
{
        for (size_t i = 0; i < n; i++) {
                out_char(to, digits[bytes[i] >> 4]);
                out_char(to, digits[bytes[i] & 15]);
        }
}

static void out_escape(struct out *to, const char *text, char lowest)
{
        for (; *text; text++) {
                if (*text >= lowest && *text < 127 && *text != '\\') {
                        out_char(to, *text);
                } else {
                        out_text(to, "\\x");
                        out_bytes(to, (const uint8_t *)text, 1);
                }
        }
}

void out_escaped(struct out *to, const char *text)
{
        out_escape(to, text, ' ');
}

void out_escaped_path(struct out *to, const char *path)
{
        out_escape(to, path, '!');
}
