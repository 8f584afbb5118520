/* Fuzzing the helper's end of the protocol: a lying process answers all that the making of a report asks. */
#include <stdint.h>
#include <stdlib.h>

#include "../../preload/symbolize/crash.h"
#include "liar.h"
#include "outside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        outside_reset();
        liar_begin(data, size);
        (void)crash_main();
        return 0;
}
