/* Reads the header of a line table (DWARF 2 to 5, 6.2.4): libdw has only the whole table, at many times the cost. */
#include "linetable.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"

#define MOST_FILES (1u << 16)
#define MOST_FORMATS 16

/* Where the strings of a table can be. */
struct strings {
        struct bytes line, common;
};

struct format {
        uint64_t type, form;
};

static struct bytes section(Elf *elf, const char *name)
{
        const Elf_Data *data = image_section(elf, name);
        struct bytes bytes = {0};

        if (data) {
                bytes.at = data->d_buf;
                bytes.end = bytes.at + data->d_size;
        }
        return bytes;
}

static const char *string_at(const struct bytes *strings, uint64_t offset)
{
        if (!strings->at || offset >= (uint64_t)(strings->end - strings->at))
                return NULL;
        struct bytes from = {strings->at + offset, strings->end, false};

        return bytes_string(&from);
}

/* One value of an entry; text or number, whichever its form has. */
static bool read_value(struct bytes *from, uint64_t form, size_t offset_size, const struct strings *strings,
                       const char **text, uint64_t *number)
{
        switch (form) {
        case DW_FORM_string:
                *text = bytes_string(from);
                break;
        case DW_FORM_line_strp:
                *text = string_at(&strings->line, bytes_number(from, offset_size));
                break;
        case DW_FORM_strp:
                *text = string_at(&strings->common, bytes_number(from, offset_size));
                break;
        case DW_FORM_udata:
                *number = bytes_uleb(from);
                break;
        case DW_FORM_data1:
        case DW_FORM_data2:
        case DW_FORM_data4:
        case DW_FORM_data8:
                *number = bytes_number(from, form == DW_FORM_data1   ? 1
                                             : form == DW_FORM_data2 ? 2
                                             : form == DW_FORM_data4 ? 4
                                                                     : 8);
                break;
        case DW_FORM_data16:
                bytes_skip(from, 16);
                break;
        case DW_FORM_block:
                bytes_skip(from, bytes_uleb(from));
                break;
        default:
                return false;
        }
        return !from->bad;
}

static bool add_directory(struct linetable *table, const char *name)
{
        const char **larger = realloc(table->directories, (table->directory_count + 1) * sizeof(*larger));

        if (!larger)
                return false;
        table->directories = larger;
        larger[table->directory_count++] = name;
        return table->directory_count < MOST_FILES;
}

static bool add_file(struct linetable *table, const char *name, uint64_t directory)
{
        size_t room = table->file_count;

        /* Powers of two: files are many and come one by one. */
        if (!(room & (room - 1))) {
                struct line_file *larger = realloc(table->files, (room ? room * 2 : 1) * sizeof(*larger));

                if (!larger)
                        return false;
                table->files = larger;
        }
        table->files[table->file_count++] = (struct line_file){.name = name, .directory = directory};
        return table->file_count < MOST_FILES;
}

/* DWARF 5: a list of entries whose form stands before it; directories are entries with a name alone. */
static bool read_entries(struct bytes *from, struct linetable *table, size_t offset_size, const struct strings *strings,
                         bool files)
{
        struct format formats[MOST_FORMATS];
        uint64_t format_count = bytes_number(from, 1), count;

        if (format_count > MOST_FORMATS)
                return false;
        for (uint64_t i = 0; i < format_count; i++) {
                formats[i].type = bytes_uleb(from);
                formats[i].form = bytes_uleb(from);
        }
        count = bytes_uleb(from);
        if (from->bad || count > MOST_FILES)
                return false;
        for (uint64_t i = 0; i < count; i++) {
                const char *name = NULL, *text = NULL;
                uint64_t directory = 0, number = 0;

                for (uint64_t f = 0; f < format_count; f++) {
                        if (!read_value(from, formats[f].form, offset_size, strings, &text, &number))
                                return false;
                        if (formats[f].type == DW_LNCT_path)
                                name = text;
                        else if (formats[f].type == DW_LNCT_directory_index)
                                directory = number;
                }
                if (!(files ? add_file(table, name, directory) : add_directory(table, name)))
                        return false;
        }
        return true;
}

/* Before DWARF 5: strings, ended by an empty one; directory 0 is the working directory. */
static bool read_old_entries(struct bytes *from, struct linetable *table)
{
        const char *name;

        if (!add_directory(table, table->work))
                return false;
        while ((name = bytes_string(from)) && name[0])
                if (!add_directory(table, name))
                        return false;
        while (name && (name = bytes_string(from)) && name[0]) {
                uint64_t directory = bytes_uleb(from);

                (void)bytes_uleb(from); /* time */
                (void)bytes_uleb(from); /* length */
                if (!add_file(table, name, directory))
                        return false;
        }
        return name && !from->bad;
}

static bool read_header(struct linetable *table, struct bytes from, const struct strings *strings)
{
        size_t offset_size = 4;
        uint64_t length = bytes_number(&from, 4);

        if (length == UINT32_MAX) {
                length = bytes_number(&from, 8);
                offset_size = 8;
        }
        if (from.bad || length > (uint64_t)(from.end - from.at))
                return false;
        from.end = from.at + length;
        uint64_t version = bytes_number(&from, 2);

        if (version < 2 || version > 5)
                return false;
        if (version == 5) {
                uint64_t address_size = bytes_number(&from, 1), segment_size = bytes_number(&from, 1);

                if (address_size != 8 || segment_size != 0)
                        return false;
        }
        uint64_t header = bytes_number(&from, offset_size);

        if (from.bad || header > (uint64_t)(from.end - from.at))
                return false;
        table->program = (struct bytes){from.at + header, from.end, false};
        table->step = (uint8_t)bytes_number(&from, 1);
        if (version >= 4)
                bytes_skip(&from, 1); /* operations per instruction: 1 on these machines */
        table->is_stmt = (uint8_t)bytes_number(&from, 1);
        table->line_base = (int8_t)bytes_number(&from, 1);
        table->line_range = (uint8_t)bytes_number(&from, 1);
        table->opcode_base = (uint8_t)bytes_number(&from, 1);
        table->operands = from.at;
        if (!table->opcode_base || !table->line_range)
                return false;
        bytes_skip(&from, table->opcode_base - 1u);
        table->first_file = version < 5;
        if (version < 5)
                return read_old_entries(&from, table);
        return read_entries(&from, table, offset_size, strings, false) &&
               read_entries(&from, table, offset_size, strings, true);
}

static struct bytes find_lines(Dwarf_Die *unit, struct strings *strings)
{
        Dwarf_Attribute attribute;
        Dwarf_Word offset;
        struct bytes lines;

        if (dwarf_formudata(dwarf_attr(unit, DW_AT_stmt_list, &attribute), &offset))
                return (struct bytes){.at = NULL};
        Elf *elf = dwarf_getelf(dwarf_cu_getdwarf(unit->cu));

        *strings = (struct strings){section(elf, ".debug_line_str"), section(elf, ".debug_str")};
        lines = section(elf, ".debug_line");
        if (!lines.at || offset >= (uint64_t)(lines.end - lines.at))
                return (struct bytes){.at = NULL};
        lines.at += offset;
        return lines;
}

struct linetable *linetable_of(Dwarf_Die *unit)
{
        static struct linetable table;
        static const void *of;
        static bool good;
        struct linetable fresh = {.files = NULL};
        Dwarf_Attribute attribute;
        struct strings strings;
        struct bytes lines;

        if (of == unit->addr)
                return good ? &table : NULL;
        of = unit->addr;
        lines = find_lines(unit, &strings);
        fresh.work = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
        good = lines.at && read_header(&fresh, lines, &strings);
        /* The names of the last unit's files belong to the places by now, the lists do not. */
        free(table.files);
        free(table.directories);
        table = fresh;
        return good ? &table : NULL;
}
