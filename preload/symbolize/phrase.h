/* Text that printf would make, in memory of its own. */
#ifndef SYMBOLIZE_PHRASE_H
#define SYMBOLIZE_PHRASE_H

/* To be freed; null without memory. */
char *phrase(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
