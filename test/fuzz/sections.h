/* Included before each of the helper's files: its variables lie together, so that outside.c can put them back. */
#pragma clang section bss = ".fuzz.bss" data = ".fuzz.data"
