/* Fuzzing the reader of saved reports: the input is what somebody pipes into sigguard symbolize. */
#include "../../preload/symbolize/raw.h"

#include <stdint.h>
#include <stdlib.h>

#include "outside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static FILE *out;
        FILE *in;
        int result;

        if (!out)
                out = fopen("/dev/null", "w");
        if (!size)
                return 0;
        outside_reset();
        in = fmemopen((void *)(uintptr_t)data, size, "r");
        result = raw_filter(in, out);
        if (result < 0 || result > 2)
                abort();
        fclose(in);
        return 0;
}
