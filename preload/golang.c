/* Go: which modules are Go's. */
#include "golang.h"

#include <stdatomic.h>

#include "insignal/go.h"
#include "insignal/guard.h"
#include "insignal/modules.h"
#include "memory.h"
#include "next.h"
#include "runtimes.h"

static _Atomic bool here;

/* The linker's note: name "Go", type 4 (cmd/link, elf.go); -ldflags=-buildid= removes it. */
static bool has_note(uint64_t at, uint64_t size)
{
        for (uint64_t end = at + size; at + 16 <= end;) {
                const Elf64_Nhdr *note = (const Elf64_Nhdr *)(uintptr_t)at;

                if (note->n_type == 4 && note->n_namesz == 4 && !memcmp((const void *)(uintptr_t)(at + 12), "Go", 3))
                        return true;
                at += 12 + ((note->n_namesz + 3u) & ~3u) + ((note->n_descsz + 3u) & ~3u);
        }
        return false;
}

/* Behind the 32 bytes of its head, if bit 1 of the flags says so: a length of one byte, "go1.19.8" (debug/buildinfo). */
static void learn_version(const unsigned char *information)
{
        const unsigned char *text = information + 33;
        unsigned minor = 0;

        if (information[15] & 2 && !memcmp(text, "go1.", 4))
                for (text += 4; *text >= '0' && *text <= '9' && minor < 1000; text++)
                        minor = minor * 10 + *text - '0';
        go_has_version(minor);
}

/*
 * "\xff Go buildinf:" is what go version looks for, aligned to 16, in a section that comes first in the writable data or
 * behind that of C (debug/buildinfo). How far one looks is a matter of what is known by then.
 */
#define NEAR 65536u
#define FAR (4u << 20)

static bool has_build_information(uint64_t at, uint64_t end)
{
        static const char magic[] = "\xff Go buildinf:";

        for (at = (at + 15) & ~(uint64_t)15; at + 64 <= end; at += 16) {
                if (!memcmp((const void *)(uintptr_t)at, magic, sizeof(magic) - 1)) {
                        learn_version((const unsigned char *)(uintptr_t)at);
                        return true;
                }
        }
        return false;
}

/*
 * The first NEAR or FAR bytes of a writable segment behind those that are only written by the loader. No page beyond is
 * touched: to ask whether it can be read would fetch it from the disk, and a program may have gigabytes of data.
 */
static bool segment_is_go(uint64_t at, uint64_t size, uint64_t constant_end, bool is_go)
{
        uint64_t end = at + size;

        if (constant_end > at && constant_end < end)
                at = constant_end;
        if (end - at > (is_go ? FAR : NEAR))
                end = at + (is_go ? FAR : NEAR);
        return modules_readable(at, end - at) && has_build_information(at, end);
}

/* The note tells what it is, the build information which version it is as well: both are looked at. */
static bool headers_are_go(uint64_t bias, const Elf64_Phdr *headers, size_t count, bool is_go)
{
        uint64_t constant_end = 0;

        for (size_t i = 0; i < count; i++) {
                uint64_t at = bias + headers[i].p_vaddr;

                if (headers[i].p_type == PT_GNU_RELRO)
                        constant_end = at + headers[i].p_memsz;
                if (headers[i].p_type == PT_NOTE && modules_readable(at, headers[i].p_filesz))
                        is_go |= has_note(at, headers[i].p_filesz);
        }
        for (size_t i = 0; i < count; i++) {
                uint64_t at = bias + headers[i].p_vaddr;

                if (headers[i].p_type == PT_LOAD && headers[i].p_flags & PF_W)
                        is_go |= segment_is_go(at, headers[i].p_filesz, constant_end, is_go);
        }
        return is_go;
}

bool golang_made(const struct module *module)
{
        /* cgo exports it from every program and library that it makes */
        bool is_go = headers_are_go(module->bias, module->headers, module->header_count,
                                    next_symbol_in(module->map, "crosscall2"));

        if (is_go)
                atomic_store(&here, true);
        return is_go;
}

bool golang_owns(uint64_t address)
{
        return runtimes_of(address) == RUNTIME_GO;
}

void golang_learn_executable(void)
{
        (void)golang_owns(modules_executable()); /* the answer is remembered */
}

bool golang_is_here(void)
{
        return atomic_load_explicit(&here, memory_order_relaxed);
}
