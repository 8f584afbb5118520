/* Makes text of unknown origin harmless. */
#ifndef SYMBOLIZE_ESCAPE_H
#define SYMBOLIZE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies text as valid UTF-8 of printable characters: control characters, what could steer a terminal or turn the
 * reading direction, and bytes that are no UTF-8 become \xHH. room is at least 1; the copy always ends with a zero.
 * spaces: blanks and backslashes are written as \xHH too, as the raw form does it in paths.
 */
const char *escape_text(char *to, size_t room, const char *text, bool spaces);

/* The same in a static buffer; up to eight results stay valid at a time. */
const char *escape(const char *text);

/* Undoes \xHH in place. */
void escape_undo(char *text);

#endif
