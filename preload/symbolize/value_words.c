/* Words for the bytes of numbers, characters, enumerators and pointers. */
#include "value_words.h"

#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "memory.h"
#include "phrase.h"

#define MOST_ENUMERATORS 4096

const char value_other_type[] = "not shown, values of its type are not";

/* The type behind typedefs, const and volatile. False if there is none (void). */
bool value_type(Dwarf_Die *die, Dwarf_Die *type)
{
        Dwarf_Attribute attribute;
        Dwarf_Die direct;

        return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), &direct) &&
               !dwarf_peel_type(&direct, type);
}

uint64_t value_number(Dwarf_Die *die, unsigned int name, uint64_t otherwise)
{
        Dwarf_Attribute attribute;
        Dwarf_Word value;

        return dwarf_formudata(dwarf_attr_integrate(die, name, &attribute), &value) ? otherwise : value;
}

bool value_is_character(Dwarf_Die *type)
{
        uint64_t encoding = value_number(type, DW_AT_encoding, 0);

        return dwarf_tag(type) == DW_TAG_base_type && value_number(type, DW_AT_byte_size, 0) == 1 &&
               (encoding == DW_ATE_signed_char || encoding == DW_ATE_unsigned_char || encoding == DW_ATE_UTF);
}

/* Quotes and backslashes get a backslash, so that a text cannot look as if it had ended. */
char *value_quoted(const char *bytes, size_t length, bool cut)
{
        char plain[4 * VALUE_MOST_TEXT + 1], one[VALUE_MOST_TEXT + 1], *text = NULL;
        size_t size, from = 0;
        FILE *out = open_memstream(&text, &size);

        if (!out)
                return NULL;
        fputc('"', out);
        while (from < length) {
                size_t run = 0;

                while (from + run < length && bytes[from + run] != '"' && bytes[from + run] != '\\')
                        run++;
                memcpy(one, bytes + from, run);
                one[run] = 0;
                fputs(escape_text(plain, sizeof(plain), one, false), out);
                from += run;
                if (from < length)
                        fprintf(out, "\\%c", bytes[from++]);
        }
        fprintf(out, "\"%s", cut ? "..." : "");
        return fclose(out) ? NULL : text;
}

/* As much of the text at address as is shown; null if nothing of it can be read. */
static char *text_at(uint64_t address)
{
        char bytes[VALUE_MOST_TEXT + 1];
        size_t got = memory_read(address, bytes, sizeof(bytes)), length;

        if (!got)
                return NULL;
        length = strnlen(bytes, got);
        return value_quoted(bytes, length < VALUE_MOST_TEXT ? length : VALUE_MOST_TEXT, length == got);
}

char *value_pointer(Dwarf_Die *type, uint64_t value)
{
        Dwarf_Die target;
        char *text, *all;

        if (!value || !value_type(type, &target) || !value_is_character(&target))
                return phrase("0x%llx", (unsigned long long)value);
        text = text_at(value);
        all = phrase("0x%llx %s", (unsigned long long)value, text ? text : "(cannot be read)");
        free(text);
        return all;
}

char *value_enumerator(Dwarf_Die *type, uint64_t value, uint64_t size)
{
        uint64_t mask = size < 8 ? (UINT64_C(1) << 8 * size) - 1 : UINT64_MAX;
        Dwarf_Die child;
        int count = 0;

        if (!dwarf_child(type, &child))
                do {
                        Dwarf_Attribute attribute;
                        Dwarf_Sword known;

                        if (dwarf_tag(&child) == DW_TAG_enumerator && dwarf_diename(&child) &&
                            !dwarf_formsdata(dwarf_attr(&child, DW_AT_const_value, &attribute), &known) &&
                            ((uint64_t)known & mask) == (value & mask))
                                return strdup(escape(dwarf_diename(&child)));
                } while (!dwarf_siblingof(&child, &child) && ++count < MOST_ENUMERATORS);
        return phrase("%llu", (unsigned long long)(value & mask));
}

static char *float_words(const unsigned char *bytes, size_t size, const char **reason)
{
        float small;
        double usual;
        long double large = 0;

        if (size == sizeof(small)) {
                memcpy(&small, bytes, size);
                return phrase("%.9g", (double)small);
        }
        if (size == sizeof(usual)) {
                memcpy(&usual, bytes, size);
                return phrase("%.17g", usual);
        }
        if (size == sizeof(large)) {
                memcpy(&large, bytes, size);
                return phrase("%.18Lg", large);
        }
        *reason = value_other_type;
        return NULL;
}

/* "97 'a'" */
static char *character_words(long long value, size_t size)
{
        char one[2] = {(char)value, 0}, *text, *all;

        if (size != 1 && (value < ' ' || value > '~'))
                return phrase("%lld", value);
        if (!value)
                return phrase("0 '\\x00'");
        text = value_quoted(one, 1, false);
        if (!text)
                return NULL;
        /* What is between the double quotes; there is no other way to have one there. */
        if (one[0] == '"')
                all = phrase("%lld '\"'", value);
        else
                all = phrase("%lld '%.*s'", value, (int)strlen(text) - 2, text + 1);
        free(text);
        return all;
}

char *value_base(Dwarf_Die *type, const unsigned char *bytes, size_t size, const char **reason)
{
        uint64_t encoding = value_number(type, DW_AT_encoding, 0), value = 0;
        int64_t extended;

        if (encoding == DW_ATE_float)
                return float_words(bytes, size, reason);
        if (size <= 8) {
                memcpy(&value, bytes, size);
                extended = (int64_t)(value << (64 - 8 * size)) >> (64 - 8 * size);
                switch (encoding) {
                case DW_ATE_boolean:
                        if (value <= 1)
                                return strdup(value ? "true" : "false");
                        return phrase("%llu", (unsigned long long)value);
                case DW_ATE_signed:
                        return phrase("%lld", (long long)extended);
                case DW_ATE_unsigned:
                        return phrase("%llu", (unsigned long long)value);
                case DW_ATE_address:
                        return phrase("0x%llx", (unsigned long long)value);
                case DW_ATE_signed_char:
                        return character_words(extended, size);
                case DW_ATE_unsigned_char:
                case DW_ATE_UTF:
                        return character_words((long long)value, size);
                }
        }
        *reason = value_other_type;
        return NULL;
}
