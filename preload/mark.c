/*
 * The mark: ld.so and musl skip empty names in LD_PRELOAD, so separators behind the last name carry bits and load
 * nothing (seen with glibc 2.36 and musl 1.2.3; ld.so(8) allows colons and spaces). A colon is 0, a space is 1.
 */
#include "mark.h"

#include "memory.h"
#include "sys.h"

#define MAGIC 0xb5u
#define BITS 40 /* 8 of magic, 16 of stdout, 16 of stderr */
#define LONGEST 4096
#define USUAL 160

/* The place of LD_PRELOAD's value in the environment, or null. */
static char **find_entry(char **environment, const char **value)
{
        for (char **entry = environment; entry && *entry; entry++) {
                *value = text_after(*entry, "LD_PRELOAD=");
                if (*value)
                        return entry;
        }
        return NULL;
}

bool mark_read(char **environment, struct mark *to)
{
        const uint64_t all = ((uint64_t)1 << BITS) - 1;
        const char *value;
        uint64_t bits = 0;
        unsigned run = 0;

        if (!find_entry(environment, &value))
                return false;
        /* not only at the end: stdbuf and its like append libraries of their own */
        for (; *value; value++) {
                run = *value == ':' || *value == ' ' ? run + 1 : 0;
                bits = (bits << 1 | (*value == ' ')) & all;
                if (run < BITS || bits >> 32 != MAGIC)
                        continue;
                *to = (struct mark){(uint16_t)(bits >> 16), (uint16_t)bits};
                return true;
        }
        return false;
}

void mark_write(char **environment, struct mark mark)
{
        static WRITTEN_AT_START char usual[USUAL];
        static char longest[LONGEST];
        const uint64_t bits = (uint64_t)MAGIC << 32 | (uint64_t)mark.out << 16 | mark.error;
        const char *value;
        char **entry = find_entry(environment, &value);
        size_t length = entry ? strlen(*entry) : LONGEST;
        char *copy = length + BITS + 1 > sizeof(usual) ? longest : usual;

        if (length + BITS + 1 > sizeof(longest))
                return; /* a list of several KiB: its children are services, the safer of the two mistakes */
        memcpy(copy, *entry, length);
        for (unsigned i = 0; i < BITS; i++)
                copy[length + i] = bits >> (BITS - 1 - i) & 1 ? ' ' : ':';
        copy[length + BITS] = 0;
        *entry = copy;
}

/* 0 for a closed descriptor. */
static uint16_t hash(int fd, mode_t *mode)
{
        struct stat is = {0};
        uint64_t mixed;

        if (sys_fstat(fd, &is) < 0)
                return 0;
        *mode = is.st_mode;
        mixed = ((uint64_t)is.st_dev << 32 ^ is.st_ino) * 0x9e3779b97f4a7c15u;
        return (uint16_t)(mixed >> 48);
}

struct mark mark_of_self(void)
{
        mode_t mode;

        return (struct mark){hash(1, &mode), hash(2, &mode)};
}

bool mark_is_tool(struct mark first)
{
        for (int fd = 1; fd <= 2; fd++) {
                mode_t mode = 0;
                uint16_t is = hash(fd, &mode);

                if ((S_ISFIFO(mode) || S_ISSOCK(mode)) && is != first.out && is != first.error)
                        return true;
        }
        return false;
}

bool mark_is_missing(char **environment)
{
        const char *value;
        mode_t mode = 0;

        if (!environment || find_entry(environment, &value) || sys_getpid() == 1)
                return false;
        (void)hash(1, &mode);
        return S_ISFIFO(mode);
}
