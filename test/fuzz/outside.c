/* Functions that the helper's objects are given instead of libc's (outside.symbols), and the reset between inputs. */
#include "outside.h"

#include <elfutils/libdw.h>
#include <errno.h>
#include <libunwind.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../../preload/symbolize/report.h"
#include "../../preload/symbolize/deliver.h"
#include "../../preload/symbolize/rescue.h"

extern char fuzz_bss_first[], fuzz_bss_last[], fuzz_data_first[], fuzz_data_last[];

#define MOST_BLOCKS (1u << 16)
static void *blocks[MOST_BLOCKS];
static size_t block_count;

static void *keep(void *block)
{
        if (block && block_count < MOST_BLOCKS)
                blocks[block_count++] = block;
        return block;
}

/* The last ones are freed first, mostly. */
static void forget(const void *block)
{
        for (size_t i = block_count; block && i-- > 0;)
                if (blocks[i] == block) {
                        blocks[i] = blocks[--block_count];
                        return;
                }
}

void *outside_malloc(size_t size)
{
        return size > 64u << 20 ? NULL : keep(malloc(size));
}

void *outside_calloc(size_t count, size_t size)
{
        return count && size > (64u << 20) / count ? NULL : keep(calloc(count, size));
}

void *outside_reallocarray(void *block, size_t count, size_t size)
{
        void *larger;

        if (count && size > (64u << 20) / count)
                return NULL;
        larger = realloc(block, count * size);
        if (larger || !(count * size)) {
                forget(block);
                keep(larger);
        }
        return larger;
}

void *outside_realloc(void *block, size_t size)
{
        return outside_reallocarray(block, size, 1);
}

char *outside_strdup(const char *text)
{
        return keep(strdup(text));
}

int outside_vasprintf(char **to, const char *format, va_list values)
{
        int length = vasprintf(to, format, values);

        if (length >= 0)
                keep(*to);
        return length;
}

int outside_asprintf(char **to, const char *format, ...)
{
        va_list values;
        int length;

        va_start(values, format);
        length = outside_vasprintf(to, format, values);
        va_end(values);
        return length;
}

void outside_free(void *block)
{
        forget(block);
        free(block);
}

int outside_file = -1;

/* No file of this machine is opened: what is found then would depend on the machine. */
int outside_open(const char *path, int flags, ...)
{
        (void)flags;
        if (outside_file >= 0 && !strcmp(path, OUTSIDE_PATH))
                return dup(outside_file);
        errno = strnlen(path, 1 << 20) ? ENOENT : EINVAL;
        return -1;
}

#define MOST_HANDLES 256
static struct {
        Elf *elf;
        Dwarf *dwarf;
        int fd;
} handles[MOST_HANDLES];
static size_t handle_count;

static void note_handle(Elf *elf, Dwarf *dwarf, int fd)
{
        if (handle_count == MOST_HANDLES)
                abort();
        handles[handle_count].elf = elf;
        handles[handle_count].dwarf = dwarf;
        handles[handle_count++].fd = fd;
}

Elf *outside_elf_begin(int fd, Elf_Cmd command, Elf *of)
{
        Elf *elf = elf_begin(fd, command, of);

        if (elf)
                note_handle(elf, NULL, fd);
        return elf;
}

Elf *outside_elf_memory(char *bytes, size_t length)
{
        Elf *elf = elf_memory(bytes, length);

        if (elf)
                note_handle(elf, NULL, -1);
        return elf;
}

/* What the helper ends itself was opened last. */
int outside_elf_end(Elf *elf)
{
        for (size_t i = handle_count; elf && i-- > 0;)
                if (handles[i].elf == elf) {
                        handles[i].elf = NULL;
                        handles[i].fd = -1; /* closed by who ended it */
                        break;
                }
        return elf_end(elf);
}

Dwarf *outside_dwarf_begin_elf(Elf *elf, Dwarf_Cmd command, Elf_Scn *group)
{
        Dwarf *dwarf = dwarf_begin_elf(elf, command, group);

        if (dwarf)
                note_handle(NULL, dwarf, -1);
        return dwarf;
}

/* Last opened, first ended: DWARF before the file that it lies in. */
static void end_handles(void)
{
        while (handle_count) {
                handle_count--;
                if (handles[handle_count].dwarf)
                        dwarf_end(handles[handle_count].dwarf);
                elf_end(handles[handle_count].elf);
                if (handles[handle_count].fd >= 0)
                        close(handles[handle_count].fd);
        }
}

int outside_sigaction(int number, const struct sigaction *action, struct sigaction *old)
{
        (void)number, (void)action, (void)old;
        return 0;
}

void (*outside_signal(int number, void (*handler)(int)))(int)
{
        (void)number;
        return handler;
}

int outside_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
        (void)how, (void)set, (void)old;
        return 0;
}

/* One for all inputs, or each would leave one behind. */
unw_addr_space_t outside_create_addr_space(unw_accessors_t *accessors, int order)
{
        static unw_accessors_t kept;
        static unw_addr_space_t space;

        kept = *accessors;
        if (!space)
                space = unw_create_addr_space(&kept, order);
        unw_flush_cache(space, 0, 0);
        return space;
}

/* Delivered text is looked at, byte for byte, and goes nowhere, but to stderr with FUZZ_SHOW=1. */
static bool look(const char *text, size_t length)
{
        unsigned sum = 0;

        if (getenv("FUZZ_SHOW"))
                fwrite(text, 1, length, stderr);
        for (size_t i = 0; i < length; i++)
                sum += (unsigned char)text[i];
        return sum != 1;
}

bool deliver_print(const struct crash_facts *facts, const char *text, size_t length)
{
        (void)facts;
        return look(text, length);
}

bool deliver_journal(const struct report *report, const char *text)
{
        (void)report;
        return look(text, strlen(text));
}

int deliver_file(const struct report *report, const char *text)
{
        (void)report;
        look(text, strlen(text));
        return 0;
}

void rescue_arm(const struct report *report, const char *text, uint64_t at_ns, const char *lost)
{
        (void)report, (void)at_ns, (void)lost;
        look(text, strlen(text));
}

void rescue_keep(const char *text, const char *lost)
{
        (void)lost;
        look(text, strlen(text));
}

void rescue_disarm(void)
{
}

/* Byte by byte and without the sanitizer: between the variables lie its own zones. */
__attribute__((no_sanitize("address", "undefined"))) static void copy(char *to, const char *from, size_t size)
{
        for (size_t i = 0; i < size; i++)
                ((volatile char *)to)[i] = from[i];
}

__attribute__((no_sanitize("address", "undefined"))) static void wipe(char *to, size_t size)
{
        for (size_t i = 0; i < size; i++)
                ((volatile char *)to)[i] = 0;
}

void outside_reset(void)
{
        static char *saved;
        const size_t data_size = (size_t)(fuzz_data_last - fuzz_data_first);

        if (!saved) {
                saved = malloc(data_size);
                copy(saved, fuzz_data_first, data_size);
                return;
        }
        end_handles();
        while (block_count)
                free(blocks[--block_count]);
        copy(fuzz_data_first, saved, data_size);
        wipe(fuzz_bss_first, (size_t)(fuzz_bss_last - fuzz_bss_first));
}
