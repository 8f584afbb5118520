/*
 * Finds the helper that is installed. It may lie in a folder that others can write, after chroot first of all: what is
 * checked is the open file, which is then run as it is.
 */
#include "insignal/helper_file.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "insignal/guard.h"
#include "insignal/modules.h"
#include "insignal/out.h"
#include "memory.h"

/* The build-id of an ELF image of which `size` bytes are here; length 0 if it has none there. */
static const uint8_t *build_id_of(const uint8_t *image, size_t size, size_t *length)
{
        const Elf64_Ehdr *header = (const void *)image;

        *length = 0;
        if (size < sizeof(*header) || memcmp(image, ELFMAG, SELFMAG) != 0)
                return NULL;
        for (unsigned i = 0; i < header->e_phnum && header->e_phoff + (i + 1) * sizeof(Elf64_Phdr) <= size; i++) {
                const Elf64_Phdr *part = (const void *)(image + header->e_phoff + i * sizeof(Elf64_Phdr));
                uint64_t at = part->p_offset;

                while (part->p_type == PT_NOTE && at + 16 <= size && at + 16 <= part->p_offset + part->p_filesz) {
                        const Elf64_Nhdr *note = (const void *)(image + at);

                        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
                            at + 16 + note->n_descsz <= size) {
                                *length = note->n_descsz;
                                return image + at + 16;
                        }
                        at += 12 + ((note->n_namesz + 3u) & ~3u) + ((note->n_descsz + 3u) & ~3u);
                }
        }
        return NULL;
}

static bool is_same_build(int fd, const uint8_t *carried, size_t size)
{
        static uint8_t start[4096];
        size_t own_length, length;
        long got = sys_read(fd, start, sizeof(start));
        const uint8_t *own = build_id_of(carried, size, &own_length);
        const uint8_t *other = got > 0 ? build_id_of(start, (size_t)got, &length) : NULL;

        return own && other && length == own_length && !memcmp(own, other, length);
}

/* Who may be root again when it likes (credentials(7)) runs nothing that belongs to the user it is meanwhile. */
static bool is_own_user(uid_t uid)
{
        uid_t real, effective, saved;

        return sys(__NR_getresuid, &real, &effective, &saved) == 0 && uid == real && uid == effective && uid == saved;
}

static bool is_only_ours(int fd)
{
        struct stat is;

        return sys_fstat(fd, &is) == 0 && S_ISREG(is.st_mode) && !(is.st_mode & (S_IWGRP | S_IWOTH)) &&
               (is.st_uid == 0 || is_own_user(is.st_uid));
}

/* A fifo must not hold us. */
static bool open_as(int as, const char *path)
{
        int fd = sys_open(path, O_RDONLY | O_NONBLOCK, 0);
        long done = fd < 0 ? fd : sys(__NR_dup3, fd, as, O_CLOEXEC);

        if (fd >= 0 && fd != as)
                (void)sys_close(fd);
        return done >= 0;
}

/* Beside the library, and where `make install` and packages put it. */
bool helper_file_installed(const uint8_t *carried, size_t size, int fd)
{
        static const char *const places[] = {"sigguard-symbolize", "../libexec/sigguard/sigguard-symbolize",
                                             "../../libexec/sigguard/sigguard-symbolize"};
        static char path[GUARD_PATH + 64];
        const struct link_map *own = modules_own();
        const char *library = own ? own->l_name : "";

        for (unsigned i = 0; *library == '/' && i < sizeof(places) / sizeof(places[0]); i++) {
                struct out to = out_into(path, sizeof(path));

                for (const char *at = library; at < text_base(library); at++)
                        out_char(&to, *at);
                out_text(&to, places[i]);
                if (open_as(fd, path) && is_only_ours(fd) && is_same_build(fd, carried, size))
                        return true;
        }
        return false;
}

bool helper_file_named(const uint8_t *carried, size_t size, int fd)
{
        return guard_paths.helper[0] && open_as(fd, guard_paths.helper) && is_same_build(fd, carried, size);
}
