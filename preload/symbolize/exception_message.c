/* Reads what a C++ exception says where its layout is known: calling what() would be running the crashed program. */
#include <stdio.h>
#include <string.h>

#include "exception.h"
#include "memory.h"
#include "modules.h"
#include "symbols.h"

#define MOST_CLASSES 64
#define MOST_KINDS 16

/* How a class's type_info goes on behind its name (Itanium C++ ABI, 2.9.5), told by the class of the type_info. */
enum kind { KIND_OTHER, KIND_SINGLE, KIND_SEVERAL };

static char text[1024];

/* The table of virtual functions begins two words before what objects point to; executables may hold a copy of it. */
static enum kind kind_of(uint64_t table)
{
        static const struct {
                const char *symbol;
                enum kind kind;
        } kinds[] = {
                {"_ZTVN10__cxxabiv120__si_class_type_infoE", KIND_SINGLE},
                {"_ZTVN10__cxxabiv121__vmi_class_type_infoE", KIND_SEVERAL},
        };
        static struct {
                uint64_t table;
                enum kind kind;
        } known[MOST_KINDS];
        static size_t count;
        struct module *module = modules_find(table);
        enum kind kind = KIND_OTHER;

        for (size_t i = 0; i < count; i++)
                if (known[i].table == table)
                        return known[i].kind;
        if (!module || count == MOST_KINDS)
                return KIND_OTHER;
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
                if (symbols_data(module, kinds[i].symbol) + 16 == table)
                        kind = kinds[i].kind;
        known[count].table = table;
        known[count++].kind = kind;
        return kind;
}

static bool named(uint64_t type, const char *name)
{
        char found[64];
        uint64_t at;

        return memory_word(type + 8, &at) && memory_string(at, found, sizeof(found)) && !strcmp(found, name);
}

/* The address of the part of the object that is of the class named, 0 if there is none. left: how many classes may be
 * looked at, since damaged ones can be bases of themselves. */
static uint64_t find_base(uint64_t type, uint64_t object, const char *name, int *left)
{
        uint64_t table, base, counts, offset;

        if (--*left < 0 || !memory_word(type, &table))
                return 0;
        if (named(type, name))
                return object;
        switch (kind_of(table)) {
        case KIND_SINGLE:
                return memory_word(type + 16, &base) ? find_base(base, object, name, left) : 0;
        case KIND_SEVERAL:
                if (!memory_word(type + 16, &counts)) /* flags, then how many bases */
                        return 0;
                for (uint64_t i = 0; i < counts >> 32 && *left > 0; i++) {
                        if (!memory_word(type + 24 + i * 16, &base) || !memory_word(type + 32 + i * 16, &offset))
                                return 0;
                        if (offset & 1) /* where a virtual base is, its table of virtual functions says: left out */
                                continue;
                        uint64_t at = find_base(base, object + (uint64_t)((int64_t)offset >> 8), name, left);

                        if (at)
                                return at;
                }
                return 0;
        default:
                return 0;
        }
}

/* The zero-terminated text at an address; null if there is none. What is too long is cut. */
static const char *text_at(uint64_t address)
{
        size_t got = memory_read(address, text, sizeof(text) - 1);

        text[got] = 0;
        if (got == sizeof(text) - 1 && strlen(text) == got)
                memcpy(text + got - 3, "...", 3);
        else if (strlen(text) == got)
                return NULL;
        return text;
}

/* Behind the pointer to the virtual functions both libraries have one pointer to the text. *whole: what() is the base's
 * own and says nothing else. */
static bool read_message(const struct exception *exception, const char *base, const char *what, bool *whole)
{
        int left = MOST_CLASSES;
        uint64_t object = find_base(exception->type, exception->object, base, &left), table, function, at;

        if (!object || !memory_word(object + 8, &at) || !text_at(at))
                return false;
        /* two destructors, then what() */
        struct module *module =
                memory_word(object, &table) && memory_word(table + 16, &function) ? modules_find(function) : NULL;

        *whole = module && symbols_data(module, what) == function;
        return true;
}

static const char *thrown_value(const struct exception *exception)
{
        static const struct {
                const char *name;
                enum { TEXT, INT, UNSIGNED, LONG, UNSIGNED_LONG } form;
        } simple[] = {
                {"PKc", TEXT},
                {"Pc", TEXT},
                {"NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE",
                 TEXT}, /* its first word is the text's address */
                {"Ss", TEXT},
                {"i", INT},
                {"j", UNSIGNED},
                {"l", LONG},
                {"m", UNSIGNED_LONG},
        };
        uint64_t value = 0;

        for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++) {
                if (strcmp(exception->name, simple[i].name))
                        continue;
                if (!memory_copy(exception->object, &value,
                                 simple[i].form == INT || simple[i].form == UNSIGNED ? 4 : 8))
                        return NULL;
                if (simple[i].form == TEXT)
                        return text_at(value);
                if (simple[i].form == INT)
                        snprintf(text, sizeof(text), "%d", (int)value);
                else if (simple[i].form == LONG)
                        snprintf(text, sizeof(text), "%lld", (long long)value);
                else
                        snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
                return text;
        }
        return NULL;
}

const char *exception_message(const struct exception *exception, const char **from)
{
        static const struct {
                const char *base, *what, *readable;
        } bases[] = {
                {"St13runtime_error", "_ZNKSt13runtime_error4whatEv", "std::runtime_error"},
                {"St11logic_error", "_ZNKSt11logic_error4whatEv", "std::logic_error"},
        };

        *from = NULL;
        for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
                bool whole;

                if (!read_message(exception, bases[i].base, bases[i].what, &whole))
                        continue;
                *from = whole ? NULL : bases[i].readable;
                return text;
        }
        return thrown_value(exception);
}
