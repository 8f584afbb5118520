/*
 * Debug information is often compressed, and a few units of it are needed: libdw would inflate all of it. Here the sections
 * are memory that nobody may read; the fault of who does has that piece inflated, with what lies before it passing through.
 */
#include "inflate.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#define LEAST_PIECE 16384 /* half as much again is inflated by pieces of 64 KiB for the few units of libc */
#define MOST_PIECE 65536  /* the largest page */
#define MOST_STREAMS 64
#define LEAST_DISTANCE ((size_t)256 << 10) /* between marks, of which each has 40 KiB */
#define MOST_MARKS 32                      /* twice as many cost 5 MiB for a large program, and were no faster */

/* A compressed section. Marks are where inflating can go on from when an earlier piece is asked for. */
struct stream {
        char *bytes;
        size_t size;
        z_stream now, marks[MOST_MARKS];
        size_t mark_count, distance;
        const unsigned char *from; /* the deflated bytes, and their number */
        size_t length;
        size_t passed;       /* bytes that were inflated so far, some of them again */
        uintptr_t forgotten; /* up to here, from the start of the section */
        bool damaged;        /* what is not inflated yet is zeros */
        bool whole;          /* nothing is left to inflate */
};

static struct stream streams[MOST_STREAMS]; /* pages of it that are not needed stay untouched */
static size_t stream_count;
static unsigned char passing[MOST_PIECE];
static size_t piece = LEAST_PIECE;

/* A piece of memory that zlib gave back; states are all of the same few sizes. */
struct spare {
        struct spare *next;
        size_t size;
        char bytes[] __attribute__((aligned(16)));
};

static struct spare *spares;

static void release(void *unused, void *address)
{
        struct spare *spare = (struct spare *)(void *)((char *)address - offsetof(struct spare, bytes));

        (void)unused;
        spare->next = spares;
        spares = spare;
}

/* In the handler of a fault malloc may be at work below us. */
static void *allocate(void *unused, unsigned int count, unsigned int unit)
{
        size_t size = (size_t)count * unit;
        struct spare *spare;

        (void)unused;
        for (struct spare **link = &spares; *link; link = &(*link)->next)
                if ((*link)->size == size) {
                        spare = *link;
                        *link = spare->next;
                        return spare->bytes;
                }
        spare = mmap(NULL, sizeof(*spare) + size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (spare == MAP_FAILED)
                return NULL;
        spare->size = size;
        return spare->bytes;
}

static size_t least(size_t a, size_t b)
{
        return a < b ? a : b;
}

/* What was read of the file does not stay in memory: it is mapped, and comes back when it is needed. */
static void forget(struct stream *stream)
{
        uintptr_t end = (uintptr_t)stream->now.next_in & ~(uintptr_t)(MOST_PIECE - 1);

        if (end > stream->forgotten)
                (void)madvise((void *)stream->forgotten, end - stream->forgotten, MADV_DONTNEED);
        stream->forgotten = end;
}

/* The latest state that is not behind offset. */
static bool go_back(struct stream *stream, size_t offset)
{
        size_t mark = stream->mark_count;

        while (mark && stream->marks[mark - 1].total_out > offset)
                mark--;
        forget(stream);
        if (!mark) {
                inflateReset(&stream->now);
                stream->now.next_in = (Bytef *)(uintptr_t)stream->from;
                stream->now.avail_in = (uInt)stream->length;
        } else {
                inflateEnd(&stream->now);
                if (inflateCopy(&stream->now, &stream->marks[mark - 1]) != Z_OK)
                        return false;
        }
        stream->forgotten = inflate_round((uintptr_t)stream->now.next_in, MOST_PIECE);
        return true;
}

static bool inflate_to(struct stream *stream, unsigned char *to, size_t size)
{
        z_stream *now = &stream->now;
        uint64_t next = (uint64_t)(stream->mark_count + 1) * stream->distance;

        if (now->total_out >= next && stream->mark_count < MOST_MARKS &&
            inflateCopy(&stream->marks[stream->mark_count], now) == Z_OK)
                stream->mark_count++;
        if ((uintptr_t)now->next_in > stream->forgotten + (size_t)16 * MOST_PIECE)
                forget(stream);
        stream->passed += size;
        now->next_out = to;
        now->avail_out = (uInt)size;
        while (now->avail_out) {
                int result = inflate(now, Z_NO_FLUSH);

                if (result != Z_OK)
                        return result == Z_STREAM_END && !now->avail_out;
        }
        return true;
}

/* From here on by the other library, if zlib's way so far and to this place is longer than its. */
static bool go_whole(struct stream *stream, size_t offset)
{
        size_t ahead = offset > stream->now.total_out ? offset - stream->now.total_out : 0;

        if (stream->whole || stream->damaged || !inflate_whole_is_sooner(stream->passed + ahead, stream->size))
                return false;
        stream->whole = true;
        stream->damaged = !inflate_whole(stream->from, stream->length, stream->bytes, stream->size);
        return true;
}

static struct stream *find(uintptr_t address)
{
        for (size_t i = 0; i < stream_count; i++)
                if (address - (uintptr_t)streams[i].bytes < streams[i].size)
                        return &streams[i];
        return NULL;
}

void inflate_expect(const void *address)
{
        struct stream *stream = find((uintptr_t)address);

        if (stream)
                (void)go_whole(stream, (uintptr_t)address - (uintptr_t)stream->bytes);
}

bool inflate_piece(uintptr_t address)
{
        struct stream *stream = find(address);

        if (!stream)
                return false;
        size_t offset = (address - (uintptr_t)stream->bytes) & ~(piece - 1);
        size_t size = least(stream->size - offset, piece);

        if (go_whole(stream, offset))
                return true;
        if (mprotect(stream->bytes + offset, size, PROT_READ | PROT_WRITE))
                return false;
        if (!stream->damaged && stream->now.total_out > offset)
                stream->damaged = !go_back(stream, offset);
        while (!stream->damaged && stream->now.total_out < offset)
                stream->damaged = !inflate_to(stream, passing, least(offset - stream->now.total_out, sizeof(passing)));
        if (!stream->damaged)
                stream->damaged = !inflate_to(stream, (unsigned char *)stream->bytes + offset, size);
        return true;
}

/* RFC 1950: two bytes. The checksum at the end is for who reads all of it; to keep it up to date costs a tenth. */
static bool skip_header(z_stream *stream)
{
        const Bytef *bytes = stream->next_in;

        if (stream->avail_in < 2 || (bytes[0] & 15) != Z_DEFLATED || (bytes[1] & 32) || (bytes[0] << 8 | bytes[1]) % 31)
                return false;
        stream->next_in += 2;
        stream->avail_in -= 2;
        return true;
}

bool inflate_start(const unsigned char *from, size_t length, char *bytes, size_t size)
{
        struct stream *stream = &streams[stream_count];

        if (stream_count == MOST_STREAMS)
                return false;
        stream->bytes = bytes;
        stream->size = size;
        stream->distance = inflate_round(size / MOST_MARKS + 1, LEAST_DISTANCE);
        stream->forgotten = inflate_round((uintptr_t)from, MOST_PIECE);
        stream->now.zalloc = allocate;
        stream->now.zfree = release;
        stream->now.next_in = (Bytef *)(uintptr_t)from;
        stream->now.avail_in = (uInt)length;
        stream->damaged = !skip_header(&stream->now);
        stream->from = stream->now.next_in;
        stream->length = stream->now.avail_in;
        inflate_whole_prepare(size);
        if (inflateInit2(&stream->now, -MAX_WBITS) != Z_OK || mprotect(bytes, size, PROT_NONE))
                return false;
        stream_count++;
        return true;
}

size_t inflate_piece_size(void)
{
        size_t page = (size_t)sysconf(_SC_PAGESIZE);

        piece = page > LEAST_PIECE ? page : LEAST_PIECE;
        return piece;
}

size_t inflate_streams(void)
{
        return stream_count;
}
