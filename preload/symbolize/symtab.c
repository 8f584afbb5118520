/* Reads symbol tables (ELF gABI, "Symbol Table"; GNU hash: its number of symbols has to be found by walking chains). */
#include "symtab.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "modules.h"

#define MOST_SYMBOLS (1u << 20)
#define MOST_STRINGS (64u << 20)

const char *symtab_string(const struct symtab *table, const Elf64_Sym *symbol)
{
        size_t offset = symbol->st_name;

        if (offset >= table->strings_length || !memchr(table->strings + offset, 0, table->strings_length - offset))
                return "";
        return table->strings + offset;
}

bool symtab_from_file(Elf *elf, const char *name, struct symtab *table)
{
        size_t names;
        Elf_Scn *section = NULL;
        GElf_Shdr header;

        if (!elf || elf_getshdrstrndx(elf, &names))
                return false;
        while ((section = elf_nextscn(elf, section))) {
                const char *found = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;

                if (!found || strcmp(found, name) || header.sh_type == SHT_NOBITS)
                        continue;
                Elf_Data *data = elf_getdata(section, NULL);
                Elf_Scn *text = elf_getscn(elf, header.sh_link);
                Elf_Data *strings = text ? elf_getdata(text, NULL) : NULL;

                if (!data || !data->d_buf || !strings || !strings->d_buf)
                        return false;
                *table = (struct symtab){
                        .symbols = data->d_buf,
                        .count = data->d_size / sizeof(Elf64_Sym),
                        .strings = strings->d_buf,
                        .strings_length = strings->d_size,
                        .elf = elf,
                };
                return true;
        }
        return false;
}

/* The highest symbol in any bucket, and from it to the end of its chain. */
static size_t count_gnu(uint64_t hash)
{
        uint32_t head[4], bucket, link;
        uint64_t last = 0;

        if (!memory_copy(hash, head, sizeof(head)) || head[0] > MOST_SYMBOLS || head[2] > MOST_SYMBOLS)
                return 0;
        uint64_t buckets = hash + sizeof(head) + (uint64_t)head[2] * 8, chains = buckets + (uint64_t)head[0] * 4;

        for (uint32_t i = 0; i < head[0]; i++) {
                if (!memory_copy(buckets + (uint64_t)i * 4, &bucket, sizeof(bucket)))
                        return 0;
                if (bucket > last)
                        last = bucket;
        }
        if (last < head[1])
                return head[1];
        do {
                if (last > MOST_SYMBOLS || !memory_copy(chains + (last - head[1]) * 4, &link, sizeof(link)))
                        return 0;
                last++;
        } while (!(link & 1));
        return last;
}

static size_t count_symbols(uint64_t gnu_hash, uint64_t hash)
{
        uint32_t head[2];

        if (gnu_hash)
                return count_gnu(gnu_hash);
        return hash && memory_copy(hash, head, sizeof(head)) ? head[1] : 0;
}

bool symtab_from_memory(const struct module *module, struct symtab *table)
{
        uint64_t symbols = 0, strings = 0, length = 0, gnu_hash = 0, hash = 0;

        for (uint64_t i = 0; i < module->dynamic_size / sizeof(Elf64_Dyn) && i < 512; i++) {
                Elf64_Dyn entry;

                if (!memory_copy(module->dynamic + i * sizeof(entry), &entry, sizeof(entry)) || entry.d_tag == DT_NULL)
                        break;
                if (entry.d_tag == DT_SYMTAB)
                        symbols = modules_address(module, entry.d_un.d_ptr);
                else if (entry.d_tag == DT_STRTAB)
                        strings = modules_address(module, entry.d_un.d_ptr);
                else if (entry.d_tag == DT_STRSZ)
                        length = entry.d_un.d_val;
                else if (entry.d_tag == DT_GNU_HASH)
                        gnu_hash = modules_address(module, entry.d_un.d_ptr);
                else if (entry.d_tag == DT_HASH)
                        hash = modules_address(module, entry.d_un.d_ptr);
        }
        size_t count = symbols && strings ? count_symbols(gnu_hash, hash) : 0;

        if (!count || count > MOST_SYMBOLS || !length || length > MOST_STRINGS)
                return false;
        char *copy = malloc(count * sizeof(Elf64_Sym) + length);

        if (!copy)
                return false;
        char *text = copy + count * sizeof(Elf64_Sym);

        count = memory_read(symbols, copy, count * sizeof(Elf64_Sym)) / sizeof(Elf64_Sym);
        *table = (struct symtab){
                .symbols = (const Elf64_Sym *)copy,
                .count = count,
                .strings = text,
                .strings_length = memory_read(strings, text, length),
        };
        return true;
}
