/*
 * Debug information is often compressed, and a few units of it are needed: libdw would inflate all of it. Here the sections
 * are memory that nobody may read; the fault of who does has that piece inflated, with what lies before it passing through.
 */
#include "inflate.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#define LEAST_PIECE 16384 /* half as much again is inflated by pieces of 64 KiB for the few units of libc */
#define MOST_PIECE 65536  /* the largest page */
#define MOST_SECTIONS 24
#define MOST_STREAMS 64
#define MOST_RESERVED (700ul << 20)        /* of addresses; the memory is what was read */
#define LEAST_DISTANCE ((size_t)256 << 10) /* between marks, of which each has 40 KiB */
#define MOST_MARKS 64

/* A compressed section. Marks are where inflating can go on from when an earlier piece is asked for. */
struct stream {
        char *bytes;
        size_t size;
        z_stream now, marks[MOST_MARKS];
        size_t mark_count, distance;
        uintptr_t forgotten; /* up to here, from the start of the section */
        bool damaged;        /* what is not inflated yet is zeros */
};

/* A debug section of the file. */
struct section {
        const char *name;
        const unsigned char *from;
        size_t length, size, offset;
        bool compressed;
};

static struct stream *streams[MOST_STREAMS];
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

/* Rounded up. */
static uintptr_t whole_piece(uintptr_t number, uintptr_t unit)
{
        return (number + unit - 1) & ~(unit - 1);
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
        if (!mark)
                return false;
        forget(stream);
        inflateEnd(&stream->now);
        if (inflateCopy(&stream->now, &stream->marks[mark - 1]) != Z_OK)
                return false;
        stream->forgotten = whole_piece((uintptr_t)stream->now.next_in, MOST_PIECE);
        return true;
}

static bool inflate_to(struct stream *stream, unsigned char *to, size_t size)
{
        z_stream *now = &stream->now;
        uint64_t next = (uint64_t)stream->mark_count * stream->distance;

        if (now->total_out >= next && stream->mark_count < MOST_MARKS &&
            inflateCopy(&stream->marks[stream->mark_count], now) == Z_OK)
                stream->mark_count++;
        if ((uintptr_t)now->next_in > stream->forgotten + 16 * MOST_PIECE)
                forget(stream);
        now->next_out = to;
        now->avail_out = (uInt)size;
        while (now->avail_out) {
                int result = inflate(now, Z_NO_FLUSH);

                if (result != Z_OK)
                        return result == Z_STREAM_END && !now->avail_out;
        }
        return true;
}

bool inflate_piece(uintptr_t address)
{
        struct stream *stream = NULL;

        for (size_t i = 0; i < stream_count && !stream; i++)
                if (address - (uintptr_t)streams[i]->bytes < streams[i]->size)
                        stream = streams[i];
        if (!stream)
                return false;
        size_t offset = (address - (uintptr_t)stream->bytes) & ~(piece - 1);
        size_t size = least(stream->size - offset, piece);

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

static bool start_stream(const struct section *section, char *bytes)
{
        struct stream *stream = stream_count < MOST_STREAMS ? calloc(1, sizeof(*stream)) : NULL;

        if (!stream)
                return false;
        stream->bytes = bytes;
        stream->size = section->size;
        stream->distance = whole_piece(section->size / MOST_MARKS + 1, LEAST_DISTANCE);
        stream->forgotten = whole_piece((uintptr_t)section->from, MOST_PIECE);
        stream->now.zalloc = allocate;
        stream->now.zfree = release;
        stream->now.next_in = (Bytef *)(uintptr_t)section->from;
        stream->now.avail_in = (uInt)section->length;
        stream->damaged = !skip_header(&stream->now);
        if (inflateInit2(&stream->now, -MAX_WBITS) != Z_OK || mprotect(bytes, section->size, PROT_NONE)) {
                free(stream);
                return false;
        }
        streams[stream_count++] = stream;
        return true;
}

size_t inflate_streams(void)
{
        return stream_count;
}

static bool take_section(Elf_Scn *from, const GElf_Shdr *header, const char *name, struct section *section)
{
        Elf_Data *data = elf_rawdata(from, NULL);
        GElf_Chdr compressed;

        if (!data || !data->d_buf || data->d_size > UINT32_MAX)
                return false;
        *section = (struct section){name, data->d_buf, data->d_size, data->d_size, 0, false};
        if (!(header->sh_flags & SHF_COMPRESSED))
                return true;
        if (!gelf_getchdr(from, &compressed) || compressed.ch_type != ELFCOMPRESS_ZLIB)
                return false;
        section->from += sizeof(Elf64_Chdr);
        section->length -= sizeof(Elf64_Chdr);
        section->size = compressed.ch_size;
        section->compressed = true;
        return true;
}

/* The sections that libdw may ask for; 0 if a whole file is better given to it. */
static size_t take_sections(Elf *elf, struct section *sections)
{
        Elf_Scn *from = NULL;
        size_t names, count = 0, compressed = 0;
        GElf_Shdr header;

        if (elf_getshdrstrndx(elf, &names))
                return 0;
        while ((from = elf_nextscn(elf, from))) {
                const char *name = gelf_getshdr(from, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;

                if (!name || header.sh_type == SHT_NOBITS || !header.sh_size ||
                    (strncmp(name, ".debug_", 7) && strcmp(name, ".gnu_debugaltlink")))
                        continue;
                if (count == MOST_SECTIONS || !take_section(from, &header, name, &sections[count]))
                        return 0;
                compressed += sections[count++].compressed;
        }
        return compressed ? count : 0;
}

/* What is before the sections: the ELF header, their headers, their names. */
static size_t write_headers(char *to, struct section *sections, size_t count)
{
        Elf64_Ehdr *file = (Elf64_Ehdr *)(void *)to;
        Elf64_Shdr *headers = (Elf64_Shdr *)(void *)(file + 1);
        char *names = (char *)(headers + count + 2), *name = names + 1;

        *file = (Elf64_Ehdr){
                .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
                .e_type = ET_DYN,
                .e_machine = EM_NONE,
                .e_version = EV_CURRENT,
                .e_shoff = sizeof(*file),
                .e_ehsize = sizeof(*file),
                .e_shentsize = sizeof(*headers),
                .e_shnum = (Elf64_Half)(count + 2),
                .e_shstrndx = (Elf64_Half)(count + 1),
        };
        for (size_t i = 0; i < count; i++) {
                headers[i + 1] = (Elf64_Shdr){
                        .sh_name = (Elf64_Word)(name - names),
                        .sh_type = SHT_PROGBITS,
                        .sh_offset = sections[i].offset,
                        .sh_size = sections[i].size,
                        .sh_addralign = 1,
                };
                name = stpcpy(name, sections[i].name) + 1;
        }
        headers[count + 1] = (Elf64_Shdr){
                .sh_name = headers[1].sh_name,
                .sh_type = SHT_STRTAB,
                .sh_offset = (Elf64_Off)(names - to),
                .sh_size = (Elf64_Xword)(name - names),
                .sh_addralign = 1,
        };
        return (size_t)(name - to);
}

Elf *inflate_open(Elf *elf)
{
        struct section sections[MOST_SECTIONS];
        size_t count = take_sections(elf, sections), page = (size_t)sysconf(_SC_PAGESIZE);

        piece = page > LEAST_PIECE ? page : LEAST_PIECE;
        size_t total = piece;

        for (size_t i = 0; i < count; i++) {
                if (sections[i].size > MOST_RESERVED || strlen(sections[i].name) > 64)
                        return NULL;
                sections[i].offset = total;
                total += whole_piece(sections[i].size, piece);
        }
        char *bytes = count && total <= MOST_RESERVED ? mmap(NULL, total, PROT_READ | PROT_WRITE,
                                                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
                                                      : MAP_FAILED;

        if (bytes == MAP_FAILED)
                return NULL;
        (void)write_headers(bytes, sections, count);
        inflate_take_faults();
        for (size_t i = 0; i < count; i++) {
                if (!sections[i].compressed)
                        memcpy(bytes + sections[i].offset, sections[i].from, sections[i].size);
                else if (!start_stream(&sections[i], bytes + sections[i].offset))
                        return NULL;
        }
        return elf_memory(bytes, total);
}
