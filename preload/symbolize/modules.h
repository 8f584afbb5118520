/* The ELF modules of the crashed process, as their headers in memory describe them. */
#ifndef SYMBOLIZE_MODULES_H
#define SYMBOLIZE_MODULES_H

#include <stdbool.h>
#include <stdint.h>

#include "image.h"

struct cfi;

#define GO_SWITCH_UNKNOWN UINT64_MAX /* nobody has looked yet */

struct module {
        struct image image;
        uint64_t low, high;             /* where its segments are in the process */
        uint64_t bias;                  /* address in the process minus address in the ELF file */
        uint64_t hdr, hdr_size;         /* .eh_frame_hdr in the process, 0 if there is none */
        uint64_t dynamic, dynamic_size; /* PT_DYNAMIC in the process */
        uint64_t tls_size;              /* of its thread-local variables in memory, 0 if it has none */
        uint64_t inode;
        uint64_t text_low, text_high; /* its executable segments */
        uint64_t go_switch;           /* where Go's stack switch into C begins in the process, 0 if it has none */
        bool is_vdso;
        bool has_frame;  /* a frame of the report lies in it */
        struct cfi *cfi; /* unwind tables, made when first needed (cfi.h) */
        struct module *next;
};

/* Learns where modules of pid are: from the maps, without them from the link map. True if there is anything. */
bool modules_start(int pid);

/* The module that holds address, or null. Its headers are read at the first call. */
struct module *modules_find(uint64_t address);

/* All that were found so far, newest first. */
struct module *modules_first(void);

/* True if address may hold code: an executable mapping, or an executable segment where there are no maps. */
bool modules_executable(uint64_t address);

/* What an address in the dynamic section means in the process, 0 for 0: glibc writes process addresses there when it
 * loads a module, musl and the vdso do not. */
uint64_t modules_address(const struct module *module, uint64_t address);

/* The last part of the module's path. */
const char *modules_name(const struct module *module);

#endif
