/* DWARF packages: many .dwo files in one .dwp, with an index of their units. */
#ifndef SYMBOLIZE_PACKAGE_H
#define SYMBOLIZE_PACKAGE_H

#include "image.h"

/* True if there is a package for image, and the unit with this number in it. */
bool package_has(struct image *image, uint64_t unit);

/* A new descriptor of the package. */
int package_descriptor(const struct image *image);

/* That unit alone as if it were a .dwo file, or null. */
Dwarf *package_unit(struct image *image, uint64_t unit);

#endif
