/* The same library as if cgo had made it. */
#include "libchainlink.c"

void crosscall2(void);
void crosscall2(void)
{
}
