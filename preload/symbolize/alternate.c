/* Finds dwz's shared file, and only takes it when its build-id is the one that was linked: libdw takes any. */
#include "alternate.h"

#include <elfutils/libdwelf.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "debugfile.h"
#include "gate.h"
#include "stores.h"

/* What the section says. */
struct link {
        const char *name;
        unsigned char build_id[BUILD_ID_MOST];
        size_t length;
};

static Elf *try_file(struct image *image, const struct link *link, const char *path)
{
        unsigned char build_id[BUILD_ID_MOST];
        int fd = debugfile_open(path);
        Elf *elf = fd >= 0 ? debugfile_elf(fd) : NULL;

        if (fd >= 0)
                close(fd);
        if (elf && image_build_id(elf, build_id) == link->length && !memcmp(build_id, link->build_id, link->length) &&
            debugfile_inflated(elf) <= DEBUGFILE_MOST_INFLATED) {
                image->shared_path = strdup(path);
                return elf;
        }
        elf_end(elf);
        return NULL;
}

/* As it is named, relative to the file that names it, and by its build-id. */
static Elf *find(struct image *image, const struct link *link, const char *from)
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
        memcpy(shared.build_id, link->build_id, link->length);
        image_build_id_text(&shared, hex);
        snprintf(path, sizeof(path), DEBUGFILE_ROOT "/.build-id/%.2s/%s.debug", hex, hex + 2);
        elf = try_file(image, link, path);
        for (size_t i = 0; !elf && (other = stores_path(&shared, ".debug", i)); i++)
                elf = try_file(image, link, other);
        return elf || !(other = stores_fetch(&shared, "debuginfo")) ? elf : try_file(image, link, other);
}

void alternate_attach(struct image *image, Dwarf *dwarf, const char *path)
{
        struct link link;
        const void *id;
        ssize_t length = dwelf_dwarf_gnu_debugaltlink(dwarf, &link.name, &id);

        if (length <= 0 || length > BUILD_ID_MOST)
                return;
        link.length = (size_t)length;
        memcpy(link.build_id, id, link.length);
        Elf *elf = find(image, &link, path);
        Dwarf *shared = elf ? dwarf_begin_elf(elf, DWARF_C_READ, NULL) : NULL;

        if (shared) {
                dwarf_setalt(dwarf, shared);
                return;
        }
        gate_forbid_alternate(dwarf);
        image->why = "a part of its debug information lies in another file (.gnu_debugaltlink), which was not found";
}
