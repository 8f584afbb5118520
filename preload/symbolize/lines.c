/* Source lines of addresses. */
#include "lines.h"

#include <stdlib.h>

const char *lines_file(Dwarf_Die *unit, int index)
{
        Dwarf_Files *files;
        size_t count;

        if (dwarf_getsrcfiles(unit, &files, &count) || index < 0 || (size_t)index >= count)
                return NULL;
        return dwarf_filesrc(files, (size_t)index, NULL, NULL);
}

void lines_name(Dwarf_Die *unit, struct place **places, size_t count)
{
        for (size_t i = 0; i < count; i++) {
                struct place *place = places[i];
                Dwarf_Line *line = dwarf_getsrc_die(unit, place->lookup);

                if (!place->scopes) {
                        place->scopes = calloc(1, sizeof(*place->scopes));
                        place->scope_count = place->scopes != NULL;
                }
                if (!line || !place->scopes)
                        continue;
                place->scopes[0].file = dwarf_linesrc(line, NULL, NULL);
                (void)dwarf_lineno(line, &place->scopes[0].line);
                (void)dwarf_linecol(line, &place->scopes[0].column);
        }
}
