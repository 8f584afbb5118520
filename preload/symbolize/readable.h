/* Turns linkage names into what the programmer wrote. */
#ifndef SYMBOLIZE_READABLE_H
#define SYMBOLIZE_READABLE_H

/* A readable copy of a symbol's name (C++, Rust, D; others as they are), or null without memory. To be freed. */
char *readable_name(const char *name);

#endif
