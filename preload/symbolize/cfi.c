/* Finds the unwind rules of an address: the search table of .eh_frame_hdr first, else an index made from the tables. */
#include "cfi.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "cfi_entry.h"
#include "cfi_rewrite.h"
#include "memory.h"

#define MOST_TABLE (32u << 20)
#define TABLE_ENTRY 8 /* two numbers of 4 bytes: start of the function, its FDE */

struct indexed {
        uint64_t start, end, fde;
};

struct cfi {
        struct cfi_section sections[3]; /* .eh_frame of the process, of the file, .debug_frame */
        struct indexed *index[3];
        size_t indexed[3];
        bool tried[3];
        struct cfi_arena arena;
};

enum { IN_MEMORY, IN_FILE, IN_DEBUG_FRAME };

static const struct rules *take(struct module *module, const struct cfi_section *section, uint64_t fde, uint64_t pc)
{
        struct cfi_function function;

        if (!cfi_entry_function(section, fde, &function) || pc < function.start || pc >= function.end)
                return NULL;
        return cfi_rewrite(&module->cfi->arena, module, &function);
}

/* One probe of the search table. */
static bool probe(const struct module *module, uint64_t table, uint64_t index, uint64_t *start, uint64_t *fde)
{
        int32_t entry[2];

        if (!memory_copy(table + index * TABLE_ENTRY, entry, sizeof(entry)))
                return false;
        *start = module->hdr + (uint64_t)(int64_t)entry[0];
        *fde = module->hdr + (uint64_t)(int64_t)entry[1];
        return true;
}

/* Binary search that notices where the table is not sorted. 1 found, 0 not in the table, -1 the table is no good. */
static int search(const struct module *module, uint64_t table, uint64_t count, uint64_t pc, uint64_t *fde)
{
        uint64_t low = 0, high = count, low_start = 0, high_start = UINT64_MAX, start, at;
        int found = 0;

        while (low < high) {
                uint64_t middle = low + (high - low) / 2;

                if (!probe(module, table, middle, &start, &at) || start < low_start || start > high_start)
                        return -1;
                if (start <= pc) {
                        *fde = at;
                        found = 1;
                        low = middle + 1;
                        low_start = start;
                } else {
                        high = middle;
                        high_start = start;
                }
        }
        return found;
}

/* Reads the header of .eh_frame_hdr (LSB). Sets where .eh_frame is; false if the search table cannot be used. */
static bool read_header(struct module *module, uint64_t *table, uint64_t *count)
{
        uint8_t header[64];
        size_t got = memory_read(module->hdr, header, sizeof(header));
        struct bytes from = {header, header + got, false};

        if (bytes_number(&from, 1) != 1)
                return false;
        uint8_t frame_encoding = (uint8_t)bytes_number(&from, 1), count_encoding = (uint8_t)bytes_number(&from, 1);
        uint8_t table_encoding = (uint8_t)bytes_number(&from, 1);
        uint64_t frame = bytes_pointer(&from, frame_encoding, module->hdr + 4, module->hdr);

        if (from.bad || frame < module->low || frame >= module->high)
                return false;
        module->cfi->sections[IN_MEMORY].address = frame;
        module->cfi->sections[IN_MEMORY].length = module->high - frame;
        *count = bytes_pointer(&from, count_encoding, 0, 0);
        *table = module->hdr + (uint64_t)(from.at - header);
        return !from.bad && table_encoding == (DW_EH_PE_datarel | DW_EH_PE_sdata4) && *count &&
               *count <= (module->hdr_size - (uint64_t)(from.at - header)) / TABLE_ENTRY;
}

static int by_start(const void *left, const void *right)
{
        const struct indexed *a = left, *b = right;

        return a->start < b->start ? -1 : a->start > b->start;
}

static void make_index(struct cfi *cfi, int which)
{
        const struct cfi_section *section = &cfi->sections[which];
        struct cfi_function function;
        size_t room = 0, count = 0;

        for (uint64_t at = section->address, next; at - section->address < section->length; at = next) {
                int kind = cfi_entry_next(section, at, &next);

                if (kind < 0 || next <= at)
                        break;
                if (!kind || !cfi_entry_function(section, at, &function))
                        continue;
                if (count == room) {
                        room = room ? room * 2 : 1024;
                        struct indexed *larger = reallocarray(cfi->index[which], room, sizeof(*larger));

                        if (!larger)
                                break;
                        cfi->index[which] = larger;
                }
                cfi->index[which][count++] = (struct indexed){function.start, function.end, at};
        }
        cfi->indexed[which] = count;
        if (count)
                qsort(cfi->index[which], count, sizeof(*cfi->index[which]), by_start);
}

/* Fills a section from the file or its debug file. */
static bool take_section(struct module *module, Elf *elf, const char *name, struct cfi_section *section)
{
        size_t names;
        Elf_Scn *scn = NULL;
        GElf_Shdr header;

        if (!elf || elf_getshdrstrndx(elf, &names))
                return false;
        while ((scn = elf_nextscn(elf, scn))) {
                const char *found = gelf_getshdr(scn, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;

                if (!found || strcmp(found, name) || header.sh_type == SHT_NOBITS)
                        continue;
                if ((header.sh_flags & SHF_COMPRESSED) && elf_compress(scn, 0, 0) < 0)
                        return false;
                Elf_Data *data = elf_getdata(scn, NULL);

                if (!data || !data->d_buf || !data->d_size)
                        return false;
                section->bytes = data->d_buf;
                section->length = data->d_size;
                section->bias = module->bias;
                section->address = section->debug_frame ? 0 : header.sh_addr + module->bias;
                return true;
        }
        return false;
}

static void take_memory(struct cfi *cfi)
{
        struct cfi_section *section = &cfi->sections[IN_MEMORY];
        size_t length = section->length < MOST_TABLE ? section->length : MOST_TABLE;
        uint8_t *copy = section->address ? malloc(length) : NULL;

        if (copy) {
                section->length = memory_read(section->address, copy, length);
                section->bytes = copy;
        }
}

static void prepare(struct module *module, int which)
{
        struct cfi *cfi = module->cfi;
        struct cfi_section *section = &cfi->sections[which];

        if (cfi->tried[which])
                return;
        cfi->tried[which] = true;
        if (which == IN_MEMORY) {
                take_memory(cfi);
        } else {
                image_open(&module->image);
                if (which == IN_FILE)
                        (void)take_section(module, module->image.elf, ".eh_frame", section);
                else if (!take_section(module, module->image.elf, ".debug_frame", section))
                        (void)take_section(module, module->image.debug, ".debug_frame", section);
        }
        if (section->bytes)
                make_index(cfi, which);
}

static const struct rules *find_indexed(struct module *module, int which, uint64_t pc)
{
        struct cfi *cfi = module->cfi;

        prepare(module, which);
        size_t low = 0, high = cfi->indexed[which];

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (cfi->index[which][middle].start <= pc)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low ? take(module, &cfi->sections[which], cfi->index[which][low - 1].fde, pc) : NULL;
}

const struct rules *cfi_find(struct module *module, uint64_t pc)
{
        uint64_t table, count, fde;
        const struct rules *rules = NULL;
        int found = -1;

        if (!module->cfi) {
                module->cfi = calloc(1, sizeof(*module->cfi));
                if (!module->cfi)
                        return NULL;
                module->cfi->sections[IN_DEBUG_FRAME].debug_frame = true;
        }
        rules = cfi_rewritten(&module->cfi->arena, pc);
        if (rules)
                return rules;
        if (module->hdr && read_header(module, &table, &count))
                found = search(module, table, count, pc, &fde);
        if (found > 0)
                rules = take(module, &module->cfi->sections[IN_MEMORY], fde, pc);
        else if (found < 0)
                rules = find_indexed(module, module->cfi->sections[IN_MEMORY].address ? IN_MEMORY : IN_FILE, pc);
        return rules ? rules : find_indexed(module, IN_DEBUG_FRAME, pc);
}

bool cfi_word(const struct module *module, uint64_t address, uint64_t *to)
{
        return module->cfi && cfi_arena_word(&module->cfi->arena, address, to);
}
