/* The helper where it is installed as a file. */
#ifndef SIGGUARD_HELPER_FILE_H
#define SIGGUARD_HELPER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * In the watcher: opens, as `fd`, the file that is installed with the library, if it is the program whose first bytes are
 * at carried, and if nobody but root and this process's user can write it.
 */
bool helper_file_installed(const uint8_t *carried, size_t size, int fd);

/* The same for the file that SIGGUARD_HELPER names, whoever may write it. */
bool helper_file_named(const uint8_t *carried, size_t size, int fd);

#endif
