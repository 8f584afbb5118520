/* Source lines and variables in the text report. */
#include "text_facts.h"

#include "escape.h"
#include "locals.h"
#include "names.h"
#include "source.h"

void text_source(FILE *out, const struct report *report)
{
        const struct source *source = report->source;

        if (!source)
                return;
        fprintf(out, "sigguard: source of frame #%zu", source->frame);
        if (source->function)
                fprintf(out, ", %s", names_brief(source->function));
        fprintf(out, ", in %s:\n", escape(source->file));
        for (int i = 0; i < source->count; i++)
                fprintf(out, "  %s %5d  %s\n", source->first + i == source->line ? ">" : " ", source->first + i,
                        source->texts[i]);
        if (source->doubt)
                fprintf(out, "  (%s)\n", source->doubt);
}

void text_locals(FILE *out, const struct report *report)
{
        const struct locals *locals = report->locals;

        if (!locals)
                return;
        fprintf(out, "sigguard: arguments and variables of the crashed thread:\n");
        for (size_t i = 0; i < locals->count; i++) {
                const struct variables *function = &locals->functions[i];
                const struct place *place = report->crashed.frames[function->frame].place;
                const char *name =
                        function->scope < place->scope_count ? place->scopes[function->scope].function : NULL;

                fprintf(out, "  #%-3zu %s:\n", function->frame, names_brief(name ? name : "?"));
                for (size_t j = 0; j < function->count; j++) {
                        const struct variable *variable = &function->list[j];

                        fprintf(out, variable->value ? "       %s%s = %s\n" : "       %s%s: %s\n",
                                variable->argument ? "argument " : "", variable->name,
                                variable->value ? variable->value : variable->reason);
                }
                if (function->left_out)
                        fprintf(out, "       and %zu more\n", function->left_out);
        }
        if (!locals->count)
                fprintf(out, "  none are known\n");
}
