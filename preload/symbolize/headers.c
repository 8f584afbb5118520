/* Reads the ELF header and the program headers of a module where it is loaded. */
#include "headers.h"

#include <string.h>

#include "memory.h"

#define MOST_HEADERS 64
#define MOST_NOTES 4096

static void take_notes(struct module *module, uint64_t address, uint64_t size)
{
        char notes[MOST_NOTES];
        size_t got = memory_read(address, notes, size < sizeof(notes) ? (size_t)size : sizeof(notes));

        if (!module->image.build_id_length)
                module->image.build_id_length = image_note_build_id(notes, got, module->image.build_id);
}

static void take_header(struct module *module, const Elf64_Phdr *header)
{
        uint64_t address = header->p_vaddr + module->bias;

        switch (header->p_type) {
        case PT_LOAD:
                if (address < module->low)
                        module->low = address;
                if (address + header->p_memsz > module->high)
                        module->high = address + header->p_memsz;
                if (!(header->p_flags & PF_X))
                        break;
                if (!module->text_high || address < module->text_low)
                        module->text_low = address;
                if (address + header->p_memsz > module->text_high)
                        module->text_high = address + header->p_memsz;
                break;
        case PT_NOTE:
                take_notes(module, address, header->p_memsz);
                break;
        case PT_GNU_EH_FRAME:
                module->hdr = address;
                module->hdr_size = header->p_memsz;
                break;
        case PT_TLS:
                module->tls_size = header->p_memsz;
                break;
        case PT_DYNAMIC:
                module->dynamic = address;
                module->dynamic_size = header->p_memsz;
                break;
        }
}

/* Whether one of the segments is what mapping maps. */
static bool has_mapping(const Elf64_Phdr *headers, int count, uint64_t bias, const struct mapping *mapping)
{
        for (int i = 0; i < count; i++) {
                uint64_t start = headers[i].p_vaddr + bias;

                if (headers[i].p_type == PT_LOAD && mapping->end > start &&
                    mapping->start < start + headers[i].p_filesz &&
                    mapping->start - start == mapping->offset - headers[i].p_offset)
                        return true;
        }
        return false;
}

bool headers_read(struct module *module, uint64_t base, const struct mapping *mapping)
{
        Elf64_Ehdr file;
        Elf64_Phdr headers[MOST_HEADERS];
        bool found = false;

        if (!memory_copy(base, &file, sizeof(file)) || memcmp(file.e_ident, ELFMAG, SELFMAG) ||
            file.e_ident[EI_CLASS] != ELFCLASS64 || file.e_phentsize != sizeof(headers[0]) || !file.e_phnum ||
            file.e_phnum > MOST_HEADERS ||
            !memory_copy(base + file.e_phoff, headers, file.e_phnum * sizeof(headers[0])))
                return false;
        for (int i = 0; i < file.e_phnum && !found; i++)
                if (headers[i].p_type == PT_LOAD && headers[i].p_offset < 0x1000) {
                        /* The segment that holds the ELF header says where the file's byte 0 is mapped. */
                        module->bias = base - (headers[i].p_vaddr - headers[i].p_offset);
                        found = true;
                }
        module->low = UINT64_MAX;
        for (int i = 0; i < file.e_phnum && found; i++)
                take_header(module, &headers[i]);
        return found && module->low < module->high &&
               (!mapping || has_mapping(headers, file.e_phnum, module->bias, mapping));
}
