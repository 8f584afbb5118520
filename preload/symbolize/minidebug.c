/* Inflates .gnu_debugdata (gdb's manual, "MiniDebugInfo"): an xz file with an ELF file that has functions' symbols. */
#include "minidebug.h"

#include <lzma.h>
#include <stdlib.h>

/* Those of large programs have 2 MB; inflating goes at about 60 MB in a second. */
#define MOST_INFLATED (24u << 20)
#define MOST_MEMORY (80u << 20) /* a dictionary of 64 MiB, the largest of xz -9 */

/* Null if it is no xz stream, or larger than the limits. */
static char *inflate(const void *from, size_t length, size_t *inflated)
{
        lzma_stream stream = LZMA_STREAM_INIT;
        size_t room = length < MOST_INFLATED / 4 ? length * 4 : MOST_INFLATED;
        char *to = malloc(room);
        lzma_ret result = to ? lzma_stream_decoder(&stream, MOST_MEMORY, 0) : LZMA_MEM_ERROR;

        stream.next_in = from;
        stream.avail_in = length;
        stream.next_out = (uint8_t *)to;
        stream.avail_out = room;
        while (result == LZMA_OK && (result = lzma_code(&stream, LZMA_FINISH)) == LZMA_OK && !stream.avail_out) {
                char *larger = room < MOST_INFLATED ? realloc(to, room * 2) : NULL;

                if (!larger)
                        break;
                to = larger;
                stream.next_out = (uint8_t *)to + room;
                stream.avail_out = room;
                room *= 2;
        }
        *inflated = stream.total_out;
        lzma_end(&stream);
        if (result == LZMA_STREAM_END)
                return to;
        free(to);
        return NULL;
}

Elf *minidebug_open(Elf *elf, const char **why)
{
        Elf_Data *data = image_section(elf, ".gnu_debugdata");
        size_t length;
        char *bytes;

        if (!data)
                return NULL;
        bytes = inflate(data->d_buf, data->d_size, &length);
        /* The bytes stay as long as the helper. */
        Elf *mini = bytes ? elf_memory(bytes, length) : NULL;

        if (!mini || gelf_getclass(mini) != ELFCLASS64) {
                *why = "its .gnu_debugdata is damaged, or too large to inflate in time";
                return NULL;
        }
        return mini;
}
