/* Turns the bytes of a variable into words, by its type. */
#include "value.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "value_words.h"
#include "phrase.h"

static const char unreadable[] = "its memory cannot be read";
static const char parts[] = "{...}";

static char *words_of(Dwarf_Die *type, const struct location *at, bool may_refer, const char **reason);

/* "@0x7ffc...: 5", as a reference is an address that is never seen. */
static char *reference_words(Dwarf_Die *type, uint64_t address, const char **reason)
{
        struct location there = {.kind = LOCATION_MEMORY, .value = address};
        Dwarf_Die target;
        char *text = value_type(type, &target) ? words_of(&target, &there, false, reason) : NULL;
        char *all = phrase("@0x%llx: %s", (unsigned long long)address, text ? text : "(cannot be read)");

        free(text);
        *reason = NULL;
        return all;
}

/* A text that lies in the variable itself. */
static char *array_words(Dwarf_Die *type, const struct location *at, uint64_t size)
{
        char bytes[VALUE_MOST_TEXT];
        Dwarf_Die item;
        size_t got = size < sizeof(bytes) ? size : sizeof(bytes), length;

        if (at->kind != LOCATION_MEMORY || !size || !value_type(type, &item) || !value_is_character(&item) ||
            !memory_copy(at->value, bytes, got))
                return strdup(parts);
        length = strnlen(bytes, got);
        return value_quoted(bytes, length, length == got && got < size);
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
        Dwarf_Word size = value_number(type, DW_AT_byte_size, is_address ? 8 : 0);
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
                *reason = value_other_type;
                return NULL;
        }
        if (!size || size > sizeof(bytes) || (tag != DW_TAG_base_type && size > sizeof(value))) {
                *reason = value_other_type;
                return NULL;
        }
        if (!fetch(at, bytes, size)) {
                *reason = unreadable;
                return NULL;
        }
        memcpy(&value, bytes, sizeof(value));
        if (tag == DW_TAG_enumeration_type)
                return value_enumerator(type, value, size);
        if (tag == DW_TAG_base_type)
                return value_base(type, bytes, size, reason);
        return is_reference && may_refer ? reference_words(type, value, reason) : value_pointer(type, value);
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
        if (value_type(die, &type))
                return words_of(&type, &at, true, reason);
        *reason = value_other_type;
        return NULL;
}
