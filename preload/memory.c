/* memcpy and its kin, our own and hidden: the compiler calls them, and the C library's may be interposed by others. */
#include "memory.h"

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
        unsigned char *t = to;
        const unsigned char *f = from;

        for (size_t i = 0; i < size; i++)
                t[i] = f[i];
        return to;
}

void *memmove(void *to, const void *from, size_t size)
{
        unsigned char *t = to;
        const unsigned char *f = from;

        if (t < f)
                return memcpy(to, from, size);
        while (size--)
                t[size] = f[size];
        return to;
}

void *memset(void *to, int byte, size_t size)
{
        unsigned char *t = to;

        for (size_t i = 0; i < size; i++)
                t[i] = (unsigned char)byte;
        return to;
}

int memcmp(const void *one, const void *other, size_t size)
{
        const unsigned char *a = one;
        const unsigned char *b = other;

        for (size_t i = 0; i < size; i++)
                if (a[i] != b[i])
                        return a[i] - b[i];
        return 0;
}

size_t strlen(const char *text)
{
        size_t length = 0;

        while (text[length])
                length++;
        return length;
}

bool text_equal(const char *one, const char *other)
{
        while (*one && *one == *other) {
                one++;
                other++;
        }
        return *one == *other;
}

const char *text_after(const char *text, const char *prefix)
{
        while (*prefix)
                if (*text++ != *prefix++)
                        return NULL;
        return text;
}

size_t text_copy(char *to, size_t size, const char *from)
{
        size_t i = 0;

        for (; from[i] && i + 1 < size; i++)
                to[i] = from[i];
        to[i] = 0;
        return i;
}

const char *text_base(const char *path)
{
        const char *base = path;

        for (; *path; path++)
                if (*path == '/' && path[1])
                        base = path + 1;
        return base;
}
