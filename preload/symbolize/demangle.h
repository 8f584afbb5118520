/* Turns linkage names into what the programmer wrote. */
#ifndef SYMBOLIZE_DEMANGLE_H
#define SYMBOLIZE_DEMANGLE_H

/* A readable copy of a symbol's name (C++, Rust, D; others as they are), or null without memory. To be freed. */
char *demangle(const char *name);

#endif
