/* Finds dwz's shared file, and only takes it when it has the number that was linked: libdw takes any. */
#include "alternate.h"

#include <dwarf.h>
#include <elfutils/libdwelf.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "debugfile.h"
#include "gate.h"
#include "stores.h"

Dwarf_Die *__real_dwarf_formref_die(Dwarf_Attribute *attribute, Dwarf_Die *result);
Dwarf_Die *__wrap_dwarf_formref_die(Dwarf_Attribute *attribute, Dwarf_Die *result);

/* What the section says: of DWARF 5 .debug_sup, before it .gnu_debugaltlink. */
struct link {
        const char *name;
        unsigned char number[BUILD_ID_MOST];
        size_t length;
        bool is_standard;
        const char *unreadable; /* it was found, but */
};

/*
 * DWARF 5, 7.3.6: 2 bytes of version, 1 that says which of both files this is, the other's name, the number that both
 * have, its length (ULEB128) before it. libdw 0.188 knows the references, but not this section.
 */
static bool read_sup(Elf *elf, bool in_shared, struct link *link)
{
        const Elf_Data *data = image_section(elf, ".debug_sup");
        const unsigned char *at = data ? data->d_buf : NULL, *end = data ? at + data->d_size : NULL;

        if (!data || data->d_size < 5 || at[0] != 5 || at[1] || at[2] != in_shared)
                return false;
        link->name = (const char *)at + 3;
        at = memchr(at + 3, 0, data->d_size - 3);
        if (!at || end - at < 2 || at[1] > BUILD_ID_MOST || end - at - 2 < at[1])
                return false;
        link->length = at[1];
        memcpy(link->number, at + 2, link->length);
        return link->length && (in_shared || link->name[0]);
}

static bool read_link(Dwarf *dwarf, struct link *link)
{
        const void *id;
        ssize_t length = dwelf_dwarf_gnu_debugaltlink(dwarf, &link->name, &id);

        link->is_standard = length <= 0;
        if (link->is_standard)
                return read_sup(dwarf_getelf(dwarf), false, link);
        if (length > BUILD_ID_MOST)
                return false;
        link->length = (size_t)length;
        memcpy(link->number, id, link->length);
        return true;
}

/* dwz gives its DWARF 5 file no build-id. */
static bool is_the_one(Elf *elf, const struct link *link)
{
        struct link own = {0};

        if (!link->is_standard)
                own.length = image_build_id(elf, own.number);
        else if (!read_sup(elf, true, &own))
                return false;
        return own.length == link->length && !memcmp(own.number, link->number, link->length);
}

static Elf *try_file(struct image *image, struct link *link, const char *path)
{
        int fd = debugfile_open(path);
        Elf *elf = fd >= 0 ? debugfile_elf(fd) : NULL;

        if (fd >= 0)
                close(fd);
        if (elf && is_the_one(elf, link)) {
                link->unreadable = debugfile_unreadable(debugfile_inflated(elf));
                if (!link->unreadable) {
                        image->shared_path = strdup(path);
                        return elf;
                }
        }
        elf_end(elf);
        return NULL;
}

/* As it is named, relative to the file that names it, and by its build-id. */
static Elf *find(struct image *image, struct link *link, const char *from)
{
        char path[PATH_MAX], hex[2 * BUILD_ID_MOST + 1];
        struct image shared = {.path = (char *)link->name, .build_id_length = link->length};
        const char *slash = strrchr(from, '/'), *other;
        int folder = link->name[0] != '/' && slash ? (int)(slash - from) + 1 : 0;
        Elf *elf = NULL;

        if (snprintf(path, sizeof(path), "%.*s%s", folder, from, link->name) < (int)sizeof(path))
                elf = try_file(image, link, path);
        if (elf || link->length < 2)
                return elf;
        memcpy(shared.build_id, link->number, link->length);
        image_build_id_text(&shared, hex);
        snprintf(path, sizeof(path), DEBUGFILE_ROOT "/.build-id/%.2s/%s.debug", hex, hex + 2);
        elf = try_file(image, link, path);
        for (size_t i = 0; !elf && (other = stores_path(&shared, ".debug", i)); i++)
                elf = try_file(image, link, other);
        return elf || !(other = stores_fetch(&shared, "debuginfo")) ? elf : try_file(image, link, other);
}

void alternate_attach(struct image *image, Dwarf *dwarf, const char *path)
{
        struct link link = {0};

        if (!read_link(dwarf, &link))
                return;
        Elf *elf = find(image, &link, path);
        Dwarf *shared = elf ? dwarf_begin_elf(elf, DWARF_C_READ, NULL) : NULL;

        if (shared) {
                dwarf_setalt(dwarf, shared);
                return;
        }
        gate_forbid_alternate(dwarf);
        if (link.unreadable)
                image->why = link.unreadable;
        else if (link.is_standard)
                image->why = "a part of its debug information lies in another file (.debug_sup), which was not found";
        else
                image->why =
                        "a part of its debug information lies in another file (.gnu_debugaltlink), which was not found";
}

/*
 * libdw 0.188 looks for what DW_FORM_ref_sup4 and _sup8 refer to in the file that refers, and would find other names.
 * The linker leads its calls here (--wrap). What GNU called such a reference before it understands.
 */
Dwarf_Die *__wrap_dwarf_formref_die(Dwarf_Attribute *attribute, Dwarf_Die *result)
{
        Dwarf_Attribute known;
        uint8_t size = 0;

        if (!attribute || (attribute->form != DW_FORM_ref_sup4 && attribute->form != DW_FORM_ref_sup8))
                return __real_dwarf_formref_die(attribute, result);
        known = *attribute;
        known.form = DW_FORM_GNU_ref_alt; /* as wide as offsets are in this unit */
        if (dwarf_cu_info(known.cu, NULL, NULL, NULL, NULL, NULL, NULL, &size) ||
            size != (attribute->form == DW_FORM_ref_sup4 ? 4 : 8))
                return NULL;
        return __real_dwarf_formref_die(&known, result);
}
