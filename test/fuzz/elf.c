/* Fuzzing what names frames: the input is the program's file, with debug information that may say anything. */
#define _GNU_SOURCE /* memfd_create */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../preload/symbolize/image.h"
#include "../../preload/symbolize/places.h"
#include "../../preload/symbolize/report.h"
#include "outside.h"

#define FRAMES 48

static bool yes(const struct image *image, Elf *elf, int fd)
{
        return image && elf && fd >= 0;
}

/* Where the executable segment is, and the build-id, as the running process would tell them. */
static void take_facts(const uint8_t *data, size_t size, struct image *image, uint64_t *start, uint64_t *length)
{
        Elf *elf = elf_memory((char *)(uintptr_t)data, size);
        GElf_Phdr segment;
        size_t count = 0;

        if (elf && !elf_getphdrnum(elf, &count))
                for (size_t i = 0; i < count && i < 64; i++)
                        if (gelf_getphdr(elf, (int)i, &segment) && segment.p_type == PT_LOAD &&
                            (segment.p_flags & PF_X)) {
                                *start = segment.p_vaddr;
                                *length = segment.p_memsz;
                        }
        if (elf)
                image->build_id_length = image_build_id(elf, image->build_id);
        elf_end(elf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static struct image image;
        uint64_t start = 0x1000, length = 0x1000;
        struct frame frames[FRAMES] = {{.pc = 0}};
        uint8_t *copy = malloc(size ? size : 1);

        outside_reset();
        elf_version(EV_CURRENT);
        if (outside_file < 0)
                outside_file = memfd_create("fuzz", MFD_CLOEXEC);
        if (outside_file < 0 || !copy || ftruncate(outside_file, 0) ||
            pwrite(outside_file, data, size, 0) != (ssize_t)size)
                abort();
        image = (struct image){.path = (char *)(uintptr_t)OUTSIDE_PATH, .matches = yes};
        memcpy(copy, data, size);
        take_facts(copy, size, &image, &start, &length);
        free(copy);
        for (size_t i = 0; i < FRAMES; i++) {
                frames[i].pc = start + length / FRAMES * i + i % 7;
                frames[i].place = places_get(&image, frames[i].pc, frames[i].pc);
        }
        places_name_symbols();
        places_name_dwarf(NULL);
        for (size_t i = 0; i < FRAMES; i++) {
                char *lines = report_frame_lines(&frames[i], i);

                if (lines && strlen(lines) > 1u << 20)
                        abort();
        }
        return 0;
}
