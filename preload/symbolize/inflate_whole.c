/*
 * A compressed section at once. libdeflate is two to three times as fast as zlib (measured on libc's debug file: 11 ms for
 * 28), but knows no pieces: it is taken for sections that may lie in memory whole, once that is the sooner way.
 */
#include <libdeflate.h>
#include <sys/mman.h>

#include "inflate.h"

#define MOST_WHOLE ((size_t)8 << 20)     /* of one section: libc's largest has 6 */
#define MOST_TOGETHER ((size_t)24 << 20) /* of all; the helper has 32 MiB at most in mind */
/* How much longer zlib takes for a byte. */
#define SLOWER 5 / 2

static struct libdeflate_decompressor *decompressor;
static size_t together;

void inflate_whole_prepare(size_t size)
{
        if (size <= MOST_WHOLE && !decompressor)
                decompressor = libdeflate_alloc_decompressor();
}

bool inflate_whole_is_sooner(size_t by_pieces, size_t size)
{
        return decompressor && size <= MOST_WHOLE && size <= MOST_TOGETHER - together && by_pieces * SLOWER > size;
}

bool inflate_whole(const unsigned char *from, size_t length, char *bytes, size_t size)
{
        together += size;
        if (mprotect(bytes, size, PROT_READ | PROT_WRITE))
                return false;
        (void)madvise(bytes, size, MADV_POPULATE_WRITE); /* or a fault for each page; Linux 5.14 */
        return libdeflate_deflate_decompress(decompressor, from, length, bytes, size, NULL) == LIBDEFLATE_SUCCESS;
}
