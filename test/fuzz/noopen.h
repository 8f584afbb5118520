/* Included before settings.c while it is fuzzed: the file that SIGGUARD_LOG names is not made. */
#include "sys.h"

int fuzz_open(const char *path, int flags, int mode);
#define sys_open fuzz_open
