/* Function names for people; JSON has the whole ones. */
#include "names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "escape.h"

#define LONG_NAME 72
#define LONGEST_NAME 160

/* True if the bracket at name[at] belongs to an operator's name: operator<, operator->, operator(). */
static bool in_operator(const char *name, size_t at)
{
        static const char word[] = "operator";

        for (size_t back = 0; back < 4 && back + sizeof(word) - 1 <= at; back++) {
                const char *token = name + at - back;

                if (strncmp(token - (sizeof(word) - 1), word, sizeof(word) - 1))
                        continue;
                /* What follows "operator()" opens template arguments or parameters. */
                return (!strncmp(token, "()", 2) ? 2 : strspn(token, "<>-=")) > back;
        }
        return false;
}

/*
 * Replaces what is between outermost brackets. In Rust's "<Type<T> as Trait<U>>::function" the first bracket is a part of
 * the name: what is replaced lies within it.
 */
static void collapse(const char *name, char *to, size_t room)
{
        static const char anonymous[] = "(anonymous namespace)";
        size_t used = 0, depth = 0, shown = name[0] == '<', i;

        for (i = 0; name[i] && used + 8 < room; i++) {
                bool plain = in_operator(name, i) || (name[i] == '>' && i && name[i - 1] == '-');

                if (depth <= shown && !strncmp(name + i, anonymous, sizeof(anonymous) - 1) &&
                    used + sizeof(anonymous) + 8 < room) {
                        used += (size_t)sprintf(to + used, "%s", anonymous);
                        i += sizeof(anonymous) - 2;
                } else if ((name[i] == '<' || name[i] == '(') && !plain) {
                        if (++depth <= shown || (depth == shown + 1 && name[i + 1] == ')'))
                                to[used++] = name[i];
                        else if (depth == shown + 1)
                                used += (size_t)sprintf(to + used, "%c...", name[i]);
                } else if ((name[i] == '>' || name[i] == ')') && !plain && depth) {
                        if (depth <= shown + 1)
                                to[used++] = name[i];
                        if (depth-- == shown)
                                shown = 0;
                } else if (depth <= shown) {
                        to[used++] = name[i];
                }
        }
        snprintf(to + used, room - used, "%s", name[i] ? "..." : "");
}

const char *names_brief(const char *name)
{
        static char results[4][LONGEST_NAME + 1];
        static unsigned int next;
        char *result = results[next++ % 4];
        size_t length = strlen(name);

        if (length <= LONG_NAME)
                return escape(name);
        collapse(name, result, sizeof(results[0]));
        return escape(result);
}
