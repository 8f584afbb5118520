/* Where a module's thread-local variables are for one thread of the crashed process. */
#ifndef SYMBOLIZE_THREAD_LOCALS_H
#define SYMBOLIZE_THREAD_LOCALS_H

#include <stddef.h>
#include <stdint.h>

#include "modules.h"

/*
 * Addresses from where on, for module->tls_size bytes, the module's variables may lie for the thread with this thread
 * pointer; at most room of them. They are guesses in so far as nobody says which libc it is: who reads there checks
 * what he finds.
 */
size_t thread_locals_find(const struct module *module, uint64_t thread_pointer, uint64_t *starts, size_t room);

#endif
