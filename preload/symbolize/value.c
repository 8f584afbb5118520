/* Turns the bytes of a variable into words, by its type. */
#include "value.h"

#include <dwarf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "memory.h"

#define MOST_TEXT 64
#define MOST_ENUMERATORS 4096

static const char unreadable[] = "its memory cannot be read";
static const char other_type[] = "not shown, values of its type are not";
static const char parts[] = "{...}";

static char *words(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *words(const char *format, ...)
{
        char *text = NULL;
        va_list values;

        va_start(values, format);
        if (vasprintf(&text, format, values) < 0)
                text = NULL;
        va_end(values);
        return text;
}

/* The type behind typedefs, const and volatile. False if there is none (void). */
static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
        Dwarf_Attribute attribute;
        Dwarf_Die direct;

        return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), &direct) &&
               !dwarf_peel_type(&direct, type);
}

static uint64_t number_of(Dwarf_Die *die, unsigned int name, uint64_t otherwise)
{
        Dwarf_Attribute attribute;
        Dwarf_Word value;

        return dwarf_formudata(dwarf_attr_integrate(die, name, &attribute), &value) ? otherwise : value;
}

static bool is_character(Dwarf_Die *type)
{
        uint64_t encoding = number_of(type, DW_AT_encoding, 0);

        return dwarf_tag(type) == DW_TAG_base_type && number_of(type, DW_AT_byte_size, 0) == 1 &&
               (encoding == DW_ATE_signed_char || encoding == DW_ATE_unsigned_char || encoding == DW_ATE_UTF);
}

/* Quotes and backslashes get a backslash, so that a text cannot look as if it had ended. */
static char *quoted(const char *bytes, size_t length, bool cut)
{
        char plain[4 * MOST_TEXT + 1], one[MOST_TEXT + 1], *text = NULL;
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
        char bytes[MOST_TEXT + 1];
        size_t got = memory_read(address, bytes, sizeof(bytes)), length;

        if (!got)
                return NULL;
        length = strnlen(bytes, got);
        return quoted(bytes, length < MOST_TEXT ? length : MOST_TEXT, length == got);
}

static char *pointer_words(Dwarf_Die *type, uint64_t value)
{
        Dwarf_Die target;
        char *text, *all;

        if (!value || !type_of(type, &target) || !is_character(&target))
                return words("0x%llx", (unsigned long long)value);
        text = text_at(value);
        all = words("0x%llx %s", (unsigned long long)value, text ? text : "(cannot be read)");
        free(text);
        return all;
}

static char *enumerator_words(Dwarf_Die *type, uint64_t value, uint64_t size)
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
        return words("%llu", (unsigned long long)(value & mask));
}

static char *float_words(const unsigned char *bytes, size_t size, const char **reason)
{
        float small;
        double usual;
        long double large = 0;

        if (size == sizeof(small)) {
                memcpy(&small, bytes, size);
                return words("%.9g", (double)small);
        }
        if (size == sizeof(usual)) {
                memcpy(&usual, bytes, size);
                return words("%.17g", usual);
        }
        if (size == sizeof(large)) {
                memcpy(&large, bytes, size);
                return words("%.18Lg", large);
        }
        *reason = other_type;
        return NULL;
}

/* "97 'a'" */
static char *character_words(long long value, size_t size)
{
        char one[2] = {(char)value, 0}, *text, *all;

        if (size != 1 && (value < ' ' || value > '~'))
                return words("%lld", value);
        if (!value)
                return words("0 '\\x00'");
        text = quoted(one, 1, false);
        if (!text)
                return NULL;
        /* What is between the double quotes; there is no other way to have one there. */
        if (one[0] == '"')
                all = words("%lld '\"'", value);
        else
                all = words("%lld '%.*s'", value, (int)strlen(text) - 2, text + 1);
        free(text);
        return all;
}

static char *base_words(Dwarf_Die *type, const unsigned char *bytes, size_t size, const char **reason)
{
        uint64_t encoding = number_of(type, DW_AT_encoding, 0), value = 0;
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
                        return words("%llu", (unsigned long long)value);
                case DW_ATE_signed:
                        return words("%lld", (long long)extended);
                case DW_ATE_unsigned:
                        return words("%llu", (unsigned long long)value);
                case DW_ATE_address:
                        return words("0x%llx", (unsigned long long)value);
                case DW_ATE_signed_char:
                        return character_words(extended, size);
                case DW_ATE_unsigned_char:
                case DW_ATE_UTF:
                        return character_words((long long)value, size);
                }
        }
        *reason = other_type;
        return NULL;
}

static char *words_of(Dwarf_Die *type, const struct location *at, bool may_refer, const char **reason);

/* "@0x7ffc...: 5", as a reference is an address that is never seen. */
static char *reference_words(Dwarf_Die *type, uint64_t address, const char **reason)
{
        struct location there = {.kind = LOCATION_MEMORY, .value = address};
        Dwarf_Die target;
        char *text = type_of(type, &target) ? words_of(&target, &there, false, reason) : NULL;
        char *all = words("@0x%llx: %s", (unsigned long long)address, text ? text : "(cannot be read)");

        free(text);
        *reason = NULL;
        return all;
}

/* A text that lies in the variable itself. */
static char *array_words(Dwarf_Die *type, const struct location *at, uint64_t size)
{
        char bytes[MOST_TEXT];
        Dwarf_Die item;
        size_t got = size < sizeof(bytes) ? size : sizeof(bytes), length;

        if (at->kind != LOCATION_MEMORY || !size || !type_of(type, &item) || !is_character(&item) ||
            !memory_copy(at->value, bytes, got))
                return strdup(parts);
        length = strnlen(bytes, got);
        return quoted(bytes, length, length == got && got < size);
}

/* The bytes of a scalar. */
static bool fetch(const struct location *at, unsigned char *bytes, size_t size)
{
        if (at->kind == LOCATION_MEMORY)
                return memory_copy(at->value, bytes, size);
        if (at->kind == LOCATION_VALUE && size <= sizeof(at->value)) {
                memcpy(bytes, &at->value, size);
                return true;
        }
        if (at->kind != LOCATION_BYTES || at->bytes.length < size)
                return false;
        memcpy(bytes, at->bytes.data, size);
        return true;
}

static char *words_of(Dwarf_Die *type, const struct location *at, bool may_refer, const char **reason)
{
        unsigned char bytes[16] = {0};
        int tag = dwarf_tag(type);
        bool is_reference = tag == DW_TAG_reference_type || tag == DW_TAG_rvalue_reference_type;
        bool is_address = is_reference || tag == DW_TAG_pointer_type;
        Dwarf_Word size = number_of(type, DW_AT_byte_size, is_address ? 8 : 0);
        uint64_t value;

        switch (tag) {
        case DW_TAG_structure_type:
        case DW_TAG_class_type:
        case DW_TAG_union_type:
        case DW_TAG_variant_part:
                return strdup(parts);
        case DW_TAG_array_type:
                return array_words(type, at, dwarf_aggregate_size(type, &size) ? 0 : size);
        case DW_TAG_base_type:
        case DW_TAG_enumeration_type:
        case DW_TAG_pointer_type:
        case DW_TAG_reference_type:
        case DW_TAG_rvalue_reference_type:
                break;
        default:
                *reason = other_type;
                return NULL;
        }
        if (!size || size > sizeof(bytes) || (tag != DW_TAG_base_type && size > sizeof(value))) {
                *reason = other_type;
                return NULL;
        }
        if (!fetch(at, bytes, size)) {
                *reason = unreadable;
                return NULL;
        }
        memcpy(&value, bytes, sizeof(value));
        if (tag == DW_TAG_enumeration_type)
                return enumerator_words(type, value, size);
        if (tag == DW_TAG_base_type)
                return base_words(type, bytes, size, reason);
        return is_reference && may_refer ? reference_words(type, value, reason) : pointer_words(type, value);
}

/* A value that the compiler knew. */
static bool constant(Dwarf_Die *die, struct location *at)
{
        Dwarf_Attribute attribute;
        Dwarf_Sword number;

        if (!dwarf_attr_integrate(die, DW_AT_const_value, &attribute))
                return false;
        if (!dwarf_formblock(&attribute, &at->bytes)) {
                at->kind = LOCATION_BYTES;
        } else if (!dwarf_formsdata(&attribute, &number)) {
                at->kind = LOCATION_VALUE;
                at->value = (uint64_t)number;
        } else {
                return false;
        }
        return true;
}

char *value_text(const struct view *view, Dwarf_Die *die, const char **reason)
{
        struct location at = {.reason = "optimized out"};
        Dwarf_Attribute attribute;
        Dwarf_Die type;

        *reason = NULL;
        if (dwarf_attr(die, DW_AT_location, &attribute))
                at = expression_locate(view, &attribute);
        else
                (void)constant(die, &at);
        if (at.kind == LOCATION_NONE) {
                *reason = at.reason;
                return NULL;
        }
        if (type_of(die, &type))
                return words_of(&type, &at, true, reason);
        *reason = other_type;
        return NULL;
}
