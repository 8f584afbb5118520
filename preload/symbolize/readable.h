/* Turns linkage names into what the programmer wrote. */
#ifndef SYMBOLIZE_READABLE_H
#define SYMBOLIZE_READABLE_H

/* A readable copy of a symbol's name (C++, Rust, D; others as they are), or null without memory. To be freed. */
char *readable_name(const char *name);

/* The same for what a type_info of C++ calls its type ("St13runtime_error"). */
char *readable_type(const char *name);

#endif
