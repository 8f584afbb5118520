/* Phrases that diagnosis lines are made of. */
#include "diagnose_parts.h"

#include <stdio.h>
#include <string.h>

#include "escape.h"
#include "names.h"

uint64_t fault_address(const struct report *report)
{
        return report->facts.siginfo[2]; /* si_addr: behind signo, errno, code and padding */
}

/* "; at parse_header+0x9 in /usr/bin/service+0x1139", or "" if the first frame lies nowhere. */
const char *at_frame(const struct frame *frame)
{
        static char text[2048];
        const struct place *place = frame->place;
        size_t used = 0;

        text[0] = 0;
        if (!place || !place->image)
                return text;
        used += (size_t)snprintf(text, 1024, "; at ");
        if (place->symbol)
                used += (size_t)snprintf(text + used, 512, "%.400s+0x%llx in ", names_brief(place->symbol),
                                         (unsigned long long)(place->address - place->symbol_start));
        snprintf(text + used, sizeof(text) - used, "%.1000s+0x%llx", escape(place->image->path),
                 (unsigned long long)place->address);
        return text;
}

const char *at_crash(const struct report *report)
{
        return report->crashed.count ? at_frame(&report->crashed.frames[0]) : "";
}

/* "the heap", "/lib/libc.so.6", "anonymous memory". */
const char *mapping_name(const struct mapping *mapping)
{
        if (!strcmp(mapping->name, "[heap]"))
                return "the heap";
        if (!strcmp(mapping->name, "[stack]"))
                return "the stack of the main thread";
        return mapping->name[0] ? escape(mapping->name) : "anonymous memory";
}
