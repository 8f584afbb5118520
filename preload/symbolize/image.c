/* Opens the ELF file that frames lie in, and nothing that only has its name. */
#include "image.h"

#include <dwarf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alternate.h"
#include "debugfile.h"
#include "dies.h"
#include "inflate.h"
#include "minidebug.h"
#include "stores.h"

size_t image_note_build_id(const char *notes, size_t length, unsigned char *to)
{
        size_t at = 0;

        while (length - at >= sizeof(Elf64_Nhdr)) {
                Elf64_Nhdr note;

                memcpy(&note, notes + at, sizeof(note));
                at += sizeof(note);
                size_t name = ((size_t)note.n_namesz + 3) & ~(size_t)3;
                size_t value = ((size_t)note.n_descsz + 3) & ~(size_t)3;

                if (name > length - at || value > length - at - name)
                        break;
                if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && !memcmp(notes + at, "GNU", 4) &&
                    note.n_descsz && note.n_descsz <= BUILD_ID_MOST) {
                        memcpy(to, notes + at + name, note.n_descsz);
                        return note.n_descsz;
                }
                at += name + value;
        }
        return 0;
}

size_t image_build_id(Elf *elf, unsigned char *to)
{
        const void *id;
        ssize_t length = dwelf_elf_gnu_build_id(elf, &id);

        if (length <= 0 || length > BUILD_ID_MOST)
                return 0;
        memcpy(to, id, (size_t)length);
        return (size_t)length;
}

const char *image_build_id_text(const struct image *image, char *text)
{
        char *at = text;

        for (size_t i = 0; i < image->build_id_length; i++)
                at += sprintf(at, "%02x", image->build_id[i]);
        if (at == text)
                *at++ = '-';
        *at = 0;
        return text;
}

/* ".debug_info" also finds ".zdebug_info", as the compressed ones were called before ELF knew of compression. */
static bool is_named(const char *found, const char *name)
{
        return found && (!strcmp(found, name) ||
                         (!strncmp(name, ".debug_", 7) && !strncmp(found, ".z", 2) && !strcmp(found + 2, name + 1)));
}

static Elf_Scn *find_section(Elf *elf, const char *name, GElf_Shdr *header)
{
        size_t names;
        Elf_Scn *section = NULL;

        if (!elf || elf_getshdrstrndx(elf, &names))
                return NULL;
        while ((section = elf_nextscn(elf, section)))
                if (gelf_getshdr(section, header) && is_named(elf_strptr(elf, names, header->sh_name), name))
                        return header->sh_type != SHT_NOBITS && header->sh_size ? section : NULL;
        return NULL;
}

bool image_has_section(Elf *elf, const char *name)
{
        GElf_Shdr header;

        return find_section(elf, name, &header) != NULL;
}

Elf_Data *image_section(Elf *elf, const char *name)
{
        GElf_Shdr header;
        Elf_Scn *section = find_section(elf, name, &header);
        Elf_Data *data;

        /* libdw has inflated what it needed itself. What cannot be inflated must not be taken for what it is not. */
        if (!section || ((header.sh_flags & SHF_COMPRESSED) && elf_compress(section, 0, 0) < 0))
                return NULL;
        data = elf_getdata(section, NULL);
        if (data && data->d_buf && data->d_size > 4 && !strncmp(name, ".debug_", 7) && !memcmp(data->d_buf, "ZLIB", 4))
                data = elf_compress_gnu(section, 0, 0) < 0 ? NULL : elf_getdata(section, NULL);
        return data && data->d_buf && data->d_size ? data : NULL;
}

static bool is_the_one(const struct image *image, Elf *elf, int fd)
{
        unsigned char build_id[BUILD_ID_MOST];
        size_t length = image_build_id(elf, build_id);

        if (image->build_id_length)
                return length == image->build_id_length && !memcmp(build_id, image->build_id, length);
        return !length && image->matches && image->matches(image, elf, fd);
}

static Elf *open_checked(const struct image *image, int fd)
{
        Elf *elf = debugfile_elf(fd);

        if (elf && is_the_one(image, elf, fd))
                return elf;
        elf_end(elf);
        return NULL;
}

/* Takes fd. */
static bool take_file(struct image *image, int fd)
{
        if (fd < 0)
                return false;
        image->elf = open_checked(image, fd);
        close(fd);
        return image->elf != NULL;
}

static void open_file(struct image *image)
{
        image->why = "there is no file";
        if (image->path[0] == '/') {
                int fd = debugfile_open(image->path);

                image->why = fd < 0 ? "the file cannot be opened" : "the file was replaced since the program started";
                if (fd >= 0 && image->deleted && !image->build_id_length) {
                        close(fd); /* an inode's number is soon used again */
                        fd = -1;
                }
                if (take_file(image, fd)) {
                        image->why = NULL;
                        return;
                }
        }
        if ((image->mapped && take_file(image, image->mapped(image))) ||
            take_file(image, debugfile_by_build_id(image, "")))
                image->why = NULL;
}

/* Without section .symtab and without DWARF in the file itself, a debug file has both. */
static bool is_stripped(Elf *elf)
{
        return !image_has_section(elf, ".debug_info");
}

static void open_elsewhere(struct image *image, const char *path)
{
        int fd = path ? debugfile_open(path) : -1;

        if (fd < 0)
                return;
        image->elf = open_checked(image, fd);
        close(fd);
        if (image->elf)
                image->why = NULL;
}

void image_open(struct image *image)
{
        const char *path;

        if (image->opened)
                return;
        image->opened = true;
        open_file(image);
        for (size_t i = 0; !image->elf && image->build_id_length && (path = stores_path(image, "", i)); i++)
                open_elsewhere(image, path);
        if (!image->elf || is_stripped(image->elf))
                image->debug = debugfile_find(image);
        if (!image->elf && !image->debug)
                open_elsewhere(image, stores_fetch(image, "executable"));
        if (image->elf && !image->debug && !image_has_section(image->elf, ".symtab"))
                image->mini = minidebug_open(image->elf, &image->why);
}

void image_from_memory(struct image *image, char *bytes, size_t length)
{
        image->opened = true;
        image->elf = elf_memory(bytes, length);
        if (!image->elf)
                image->why = "its ELF image in memory cannot be read";
}

/* A skeleton unit, or one of DWARF 4 whose addresses stand in a table. */
static bool begins_with_split(Dwarf *dwarf)
{
        struct dies_sections sections;
        struct tree tree;

        dies_sections(dwarf, &sections);
        return sections.addresses.at && dies_unit(&tree, &sections, 0) &&
               (tree.version < 5 || tree.type == DW_UT_skeleton);
}

Dwarf *image_dwarf(struct image *image)
{
        if (image->dwarf_tried)
                return image->dwarf;
        image->dwarf_tried = true;
        image_open(image);
        Elf *from = image->debug ? image->debug : image->elf;

        if (!from)
                return NULL;
        if (is_stripped(from)) {
                if (!image->why)
                        image->why = "it has no debug information";
                return NULL;
        }
        uint64_t inflated = debugfile_inflated(from);
        Elf *pieces = inflated ? inflate_open(from) : NULL;

        if (pieces)
                image->dwarf = dwarf_begin_elf(pieces, DWARF_C_READ, NULL);
        /* libdw looks for .dwo files beside an open file: a file in memory has no place. */
        if (image->dwarf && begins_with_split(image->dwarf))
                image->dwarf = NULL;
        if (!image->dwarf && debugfile_unreadable(inflated)) {
                image->why = debugfile_unreadable(inflated);
                return NULL;
        }
        if (!image->dwarf)
                image->dwarf = dwarf_begin_elf(from, DWARF_C_READ, NULL);
        if (!image->dwarf)
                image->why = "its debug information cannot be read";
        else
                alternate_attach(image, image->dwarf, image->debug ? image->debug_path : image->path);
        return image->dwarf;
}
