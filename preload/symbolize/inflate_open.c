/* Makes an ELF file in memory whose compressed sections are inflated as they are read. */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "inflate.h"

#define MOST_SECTIONS 24
#define MOST_RESERVED (700ul << 20) /* of addresses; the memory is what was read */

/* A debug section of the file. */
struct section {
        const char *name;
        const unsigned char *from;
        size_t length, size, offset;
        bool compressed;
};

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
        size_t count = take_sections(elf, sections), piece = inflate_piece_size(), total = piece;

        for (size_t i = 0; i < count; i++) {
                if (sections[i].size > MOST_RESERVED || strlen(sections[i].name) > 64)
                        return NULL;
                sections[i].offset = total;
                total += inflate_round(sections[i].size, piece);
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
                else if (!inflate_start(sections[i].from, sections[i].length, bytes + sections[i].offset,
                                        sections[i].size))
                        return NULL;
        }
        return elf_memory(bytes, total);
}
