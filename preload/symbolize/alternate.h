/* The file that several debug files share (dwz): section .gnu_debugaltlink names it. */
#ifndef SYMBOLIZE_ALTERNATE_H
#define SYMBOLIZE_ALTERNATE_H

#include "image.h"

/* Gives dwarf, read from the file at path, its alternate file. Sets image->why if it has none that belongs to it. */
void alternate_attach(struct image *image, Dwarf *dwarf, const char *path);

#endif
