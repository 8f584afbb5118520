/* An ELF file that frames lie in, and where its names are: the file itself or its separate debug file. */
#ifndef SYMBOLIZE_IMAGE_H
#define SYMBOLIZE_IMAGE_H

#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUILD_ID_MOST 64

struct image {
        char *path; /* as the process named it; owned */
        unsigned char build_id[BUILD_ID_MOST];
        size_t build_id_length; /* 0: it has none */
        /* For an image without a build-id: true if the file is what the process runs. Null: nothing can tell. */
        bool (*matches)(const struct image *image, Elf *elf, int fd);
        /* A descriptor of the file that is mapped, whatever its name leads to now, or -1. Null: nobody knows. */
        int (*mapped)(const struct image *image);
        bool deleted;    /* the file at path is known to be another one */
        bool in_process; /* it is the first member of a struct module, whose memory can be read */

        /* Filled by image_open() and image_dwarf(). */
        bool opened, dwarf_tried, package_tried;
        bool split;              /* units of split DWARF were read */
        Elf *elf;                /* null: no file with this build-id was found */
        Elf *debug;              /* the separate debug file, or null */
        Elf *mini;               /* the symbol table from .gnu_debugdata, or null */
        Dwarf *dwarf;            /* of debug or elf; null until image_dwarf() */
        struct package *package; /* split DWARF (package.h), or null */
        /* Where they lie, if that is another file. */
        char *debug_path;
        const char *package_path;
        char *shared_path; /* dwz's file, or null */
        const char *why;   /* why there is no file or no DWARF, in words; null if there is */
};

/* Finds the file by path and by build-id. A file that is not the one that was running is never taken. */
void image_open(struct image *image);

/* The DWARF of the image or null; image->why says why. */
Dwarf *image_dwarf(struct image *image);

/* An image that is already in memory (the vdso). The bytes must stay. */
void image_from_memory(struct image *image, char *bytes, size_t length);

/* True if the file has a section of that name with contents. */
bool image_has_section(Elf *elf, const char *name);

/* The contents of that section, inflated; null if there are none. */
Elf_Data *image_section(Elf *elf, const char *name);

/* Copies the build-id of an ELF file; 0 if it has none. */
size_t image_build_id(Elf *elf, unsigned char *to);

/* The build-id among the notes in bytes; 0 if there is none. */
size_t image_note_build_id(const char *notes, size_t length, unsigned char *to);

/* The build-id in hexadecimal, "-" if there is none. text has 2 * BUILD_ID_MOST + 1 bytes. */
const char *image_build_id_text(const struct image *image, char *text);

#endif
