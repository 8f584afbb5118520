/*
 * libdw 0.188 opens the files that debug information names by itself, would wait for a FIFO and knows no packages. The
 * linker leads its calls of open() and dwarf_begin() here (--wrap), and those of the whole helper with them.
 */
#include "gate.h"

#include <dwarf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "debugfile.h"
#include "package.h"

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
Dwarf *__real_dwarf_begin(int fd, Dwarf_Cmd command);
Dwarf *__wrap_dwarf_begin(int fd, Dwarf_Cmd command);

/* What libdw is doing for us. */
static struct {
        bool forbids;
        struct image *image;    /* it looks for a unit of this one */
        uint64_t unit;          /* with this number */
        int package;            /* the descriptor that it believes to be a .dwo file, or -1 */
        const char *unreadable; /* it was found, but */
} now = {.package = -1};

/* Instead of the .dwo file at path. */
static int open_split(const char *path)
{
        struct image *image = now.image;

        now.image = NULL; /* what follows opens files for itself */
        now.package = package_has(image, now.unit) ? package_descriptor(image) : -1;
        int fd = now.package >= 0 ? now.package : debugfile_open(path);

        now.image = image;
        return fd;
}

int __wrap_open(const char *path, int flags, ...)
{
        mode_t mode = 0;
        va_list rest;

        if (now.forbids) {
                errno = ENOENT;
                return -1;
        }
        if (now.image)
                return open_split(path);
        va_start(rest, flags);
        if (flags & O_CREAT)
                mode = va_arg(rest, mode_t);
        va_end(rest);
        return __real_open(path, flags, mode);
}

Dwarf *__wrap_dwarf_begin(int fd, Dwarf_Cmd command)
{
        if (!now.image)
                return __real_dwarf_begin(fd, command);
        if (fd == now.package)
                return package_unit(now.image, now.unit);
        Elf *elf = debugfile_elf(fd);

        now.unreadable = elf ? debugfile_unreadable(debugfile_inflated(elf)) : NULL;
        if (elf && !now.unreadable)
                return dwarf_begin_elf(elf, command, NULL);
        elf_end(elf);
        return NULL;
}

Dwarf_Die gate_split_unit(struct image *image, Dwarf_Die *unit)
{
        uint8_t type;
        Dwarf_Die split;

        if (dwarf_cu_info(unit->cu, NULL, &type, NULL, NULL, &now.unit, NULL, NULL) || type != DW_UT_skeleton)
                return *unit;
        now.image = image;
        now.package = -1;
        now.unreadable = NULL;
        int failed = dwarf_cu_info(unit->cu, NULL, NULL, NULL, &split, NULL, NULL, NULL);

        now.image = NULL;
        if (!failed && split.addr && dwarf_tag(&split) != DW_TAG_invalid) {
                image->split = true;
                return split;
        }
        image->why = now.unreadable ? now.unreadable
                                    : "its functions' debug information was split off (.dwo, .dwp) and not found";
        return *unit;
}

void gate_forbid_alternate(Dwarf *dwarf)
{
        now.forbids = true;
        (void)dwarf_getalt(dwarf); /* it does not try again */
        now.forbids = false;
}
