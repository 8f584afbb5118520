/* Finds separate debug files, and checks that they belong to the image. */
#include "debugfile.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "stores.h"

int debugfile_open(const char *path)
{
        struct stat facts;
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

        if (fd >= 0 && (fstat(fd, &facts) || !S_ISREG(facts.st_mode))) {
                close(fd);
                return -1;
        }
        return fd;
}

Elf *debugfile_elf(int fd)
{
        /* A duplicate, because libelf reads through it later; a mapping is only as large as what is touched. */
        int own = fcntl(fd, F_DUPFD_CLOEXEC, 10);
        Elf *elf = own >= 0 ? elf_begin(own, ELF_C_READ_MMAP, NULL) : NULL;

        if (elf && elf_kind(elf) == ELF_K_ELF && gelf_getclass(elf) == ELFCLASS64)
                return elf;
        elf_end(elf);
        if (own >= 0)
                close(own);
        return NULL;
}

int debugfile_by_build_id(const struct image *image, const char *suffix)
{
        char hex[2 * BUILD_ID_MOST + 1], path[sizeof(DEBUGFILE_ROOT) + sizeof(hex) + 32];

        if (image->build_id_length < 2)
                return -1;
        image_build_id_text(image, hex);
        snprintf(path, sizeof(path), DEBUGFILE_ROOT "/.build-id/%.2s/%s%s", hex, hex + 2, suffix);
        return debugfile_open(path);
}

static bool same_build_id(const struct image *image, Elf *elf)
{
        unsigned char build_id[BUILD_ID_MOST];
        size_t length = image_build_id(elf, build_id);

        return length == image->build_id_length && !memcmp(build_id, image->build_id, length);
}

/* The whole file's checksum is only read when no build-id can tell. */
static bool same_checksum(int fd, uint32_t wanted)
{
        unsigned char piece[65536];
        uLong sum = crc32(0, NULL, 0);
        ssize_t got;

        while ((got = read(fd, piece, sizeof(piece))) > 0)
                sum = crc32(sum, piece, (uInt)got);
        return !got && sum == wanted;
}

static Elf *try_debug(struct image *image, const char *path, const uint32_t *checksum)
{
        int fd = debugfile_open(path);
        Elf *elf = NULL;

        if (fd < 0)
                return NULL;
        elf = debugfile_elf(fd);
        if (elf && !(image->build_id_length ? same_build_id(image, elf) : checksum && same_checksum(fd, *checksum))) {
                elf_end(elf);
                elf = NULL;
                image->why = "its debug file does not belong to it";
        }
        if (elf) {
                image->why = NULL;
                image->debug_path = strdup(path);
        }
        close(fd);
        return elf;
}

/* gdb's order ("Debugging Information in Separate Files"): beside it, in .debug/, below the debug root. */
static Elf *find_by_link(struct image *image)
{
        GElf_Word checksum;
        const char *name = image->elf ? dwelf_elf_gnu_debuglink(image->elf, &checksum) : NULL;
        const char *slash = strrchr(image->path, '/');
        static const char *const forms[] = {"%.*s/%s", "%.*s/.debug/%s", DEBUGFILE_ROOT "%.*s/%s"};
        Elf *elf = NULL;

        if (!name || !slash || strchr(name, '/'))
                return NULL;
        for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && !elf; i++) {
                char path[PATH_MAX];
                int length = (int)(slash - image->path);

                if (snprintf(path, sizeof(path), forms[i], length, image->path, name) < (int)sizeof(path) &&
                    strcmp(path, image->path))
                        elf = try_debug(image, path, &checksum);
        }
        return elf;
}

/* What was named for it beforehand, a whole program among it, and last the servers. */
static Elf *find_in_stores(struct image *image)
{
        const char *path;
        Elf *elf = NULL;

        for (size_t i = 0; !elf && (path = stores_path(image, ".debug", i)); i++)
                elf = try_debug(image, path, NULL);
        for (size_t i = 0; !elf && (path = stores_path(image, "", i)); i++) {
                elf = try_debug(image, path, NULL);
                if (elf && !image_has_section(elf, ".debug_info")) {
                        elf_end(elf);
                        elf = NULL;
                }
        }
        if (!elf && (path = stores_fetch(image, "debuginfo")))
                elf = try_debug(image, path, NULL);
        return elf;
}

Elf *debugfile_find(struct image *image)
{
        char hex[2 * BUILD_ID_MOST + 1], path[sizeof(DEBUGFILE_ROOT) + sizeof(hex) + 32];
        Elf *elf = NULL;

        if (image->build_id_length >= 2) {
                image_build_id_text(image, hex);
                snprintf(path, sizeof(path), DEBUGFILE_ROOT "/.build-id/%.2s/%s.debug", hex, hex + 2);
                elf = try_debug(image, path, NULL);
        }
        if (!elf)
                elf = find_by_link(image);
        return elf || !image->build_id_length ? elf : find_in_stores(image);
}

/* The size that stands in a section whose name begins with ".zdebug_": "ZLIB", then 8 bytes, the highest first. */
static uint64_t old_inflated(Elf_Scn *section)
{
        const Elf_Data *data = elf_rawdata(section, NULL);
        const unsigned char *bytes = data ? data->d_buf : NULL;
        uint64_t size = 0;

        for (size_t i = 4; bytes && data->d_size > 12 && !memcmp(bytes, "ZLIB", 4) && i < 12; i++)
                size = size << 8 | bytes[i];
        return size;
}

uint64_t debugfile_inflated(Elf *elf)
{
        Elf_Scn *section = NULL;
        uint64_t total = 0;
        size_t names;
        GElf_Shdr header;
        GElf_Chdr compressed;

        if (elf_getshdrstrndx(elf, &names))
                return 0;
        while ((section = elf_nextscn(elf, section))) {
                const char *name = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;
                uint64_t size = 0;

                if (name && (header.sh_flags & SHF_COMPRESSED) && gelf_getchdr(section, &compressed))
                        size = compressed.ch_type == ELFCOMPRESS_ZLIB ? compressed.ch_size : UINT64_MAX;
                else if (name && !strncmp(name, ".zdebug_", 8))
                        size = old_inflated(section);
                total = size > UINT64_MAX - total ? UINT64_MAX : total + size;
        }
        return total;
}

const char *debugfile_unreadable(uint64_t inflated)
{
        if (inflated <= DEBUGFILE_MOST_INFLATED)
                return NULL;
        return inflated == UINT64_MAX ? "debug information for it is compressed by zstd, which cannot be read here"
                                      : "debug information for it is compressed, and too large to inflate in time";
}
