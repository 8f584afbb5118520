/* Where else the files of a saved report may be: folders that were named, and debuginfod if that was asked for. */
#ifndef SYMBOLIZE_STORES_H
#define SYMBOLIZE_STORES_H

#include "image.h"

/* Also looks below this folder, which must stay: by build-id, by path and by name. */
bool stores_add(const char *folder);

/*
 * From now on asks debuginfod-find, at most seconds for each file. Says on stderr why that cannot be, once; nothing else
 * is wrong then. Debug information is never fetched without this.
 */
void stores_use_debuginfod(unsigned int seconds);

/*
 * The nth path where image's file may be ("") or its debug file (".debug"); null if there are no more. Whether it is the
 * right file is for the caller to see. Static.
 */
const char *stores_path(const struct image *image, const char *suffix, size_t nth);

/* A file from debuginfod by kind ("debuginfo", "executable"), null if it has none. Static. */
const char *stores_fetch(const struct image *image, const char *kind);

#endif
