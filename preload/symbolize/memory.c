/*
 * The crashed process's memory, in windows that are asked for once. Tables are looked at here and there, and a window of
 * 64 KiB of them costs both processes 16 page faults: with 16 KiB the first frames of a large program came 0.5 ms of 2.2
 * sooner. Who reads on, as a deep stack is read, gets more at once.
 */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#include "../protocol.h"
#include "peer.h"

#define PAGE 4096u
#define FIRST 16384u
/* At most 32 MiB; more are recycled in turn, as a deep recursion's stack is read once and upwards. */
#define WINDOWS 512

struct window {
        uint64_t start;
        size_t length; /* 0: nothing is readable at start */
        size_t room;   /* of bytes */
        char *bytes;
};

static struct window windows[WINDOWS];
static unsigned int used, next_victim, latest;

static bool holds(const struct window *window, uint64_t address)
{
        /* An unreadable page is remembered too, or every look at it would be a question. */
        return address - window->start < (window->length ? window->length : PAGE);
}

static struct window *find_window(uint64_t address)
{
        if (used && holds(&windows[latest], address))
                return &windows[latest];
        for (unsigned int i = used; i-- > 0;)
                if (holds(&windows[i], address)) {
                        latest = i;
                        return &windows[i];
                }
        return NULL;
}

static bool reads_on(uint64_t start)
{
        return used && windows[latest].start + windows[latest].length == start;
}

/* A window that holds nothing yet, or nothing any more; null if there is no memory. */
static struct window *take_window(size_t room)
{
        struct window *window = &windows[used < WINDOWS ? used : next_victim++ % WINDOWS];

        if (window->room < room) {
                free(window->bytes);
                *window = (struct window){.bytes = malloc(room)};
                window->room = window->bytes ? room : 0;
        }
        if (!window->bytes)
                return NULL;
        used += used < WINDOWS;
        return window;
}

static struct window *ask_window(uint64_t address)
{
        uint64_t start = address & ~(uint64_t)(PAGE - 1);
        bool on = reads_on(start);
        struct window *window = take_window(PROTOCOL_PAYLOAD);

        if (!window)
                return NULL;
        /* The last window ends at the top of the address space. */
        uint64_t room = 0 - start, most = on ? PROTOCOL_PAYLOAD : FIRST;
        uint32_t wanted = (uint32_t)(start && room < most ? room : most);
        long got = peer_ask(ASK_MEMORY, start, wanted, window->bytes, PROTOCOL_PAYLOAD);

        if (got > (long)wanted)
                got = 0;
        window->start = start;
        window->length = got > 0 ? (size_t)got : 0;
        latest = (unsigned int)(window - windows);
        return window;
}

void memory_offer(uint64_t address, const void *bytes, size_t length)
{
        struct window *window = length ? take_window(length) : NULL;

        if (!window)
                return;
        window->start = address;
        window->length = length;
        memcpy(window->bytes, bytes, length);
        latest = (unsigned int)(window - windows);
}

size_t memory_read(uint64_t address, void *to, size_t length)
{
        size_t done = 0;

        while (done < length) {
                uint64_t at = address + done;
                struct window *window = find_window(at);

                if (at < address)
                        break;
                if (!window)
                        window = ask_window(at);
                if (!window || at - window->start >= window->length)
                        break;
                size_t there = window->length - (size_t)(at - window->start);
                size_t piece = there < length - done ? there : length - done;

                memcpy((char *)to + done, window->bytes + (at - window->start), piece);
                done += piece;
        }
        return done;
}

bool memory_copy(uint64_t address, void *to, size_t length)
{
        return memory_read(address, to, length) == length;
}

bool memory_word(uint64_t address, uint64_t *to)
{
        return memory_copy(address, to, sizeof(*to));
}

bool memory_string(uint64_t address, char *to, size_t room)
{
        size_t got = memory_read(address, to, room - 1);

        to[got] = 0;
        return strlen(to) < got;
}
