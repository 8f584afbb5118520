/* The library caller, linked so that its constructor runs before every other library's, ours included. */
/* flags: -Wl,-z,initfirst */
#include "libcaller.c"
