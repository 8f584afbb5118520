/* Finds the source file of the innermost frame that has one, and reads the lines around the fault. */
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "debugfile.h"
#include "escape.h"
#include "places.h"

#define MOST_FRAMES 64
#define MOST_BYTES (16u << 20)
#define MOST_COLUMNS 160
#define TAB 8

/* Headers and sources that belong to the system: what the program passed to them is of more interest. */
static bool is_system(const char *file)
{
        static const char *const roots[] = {"/usr/include/", "/usr/lib/", "/usr/share/", "/usr/src/", "/usr/local/go/"};

        for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
                if (!strncmp(file, roots[i], strlen(roots[i])))
                        return true;
        return false;
}

/* Tabs become blanks, so that the lines stand below each other behind their numbers. */
static char *make_text(const char *bytes, size_t length)
{
        char line[MOST_COLUMNS + TAB], text[4 * sizeof(line)];
        size_t used = 0, i;

        if (length && bytes[length - 1] == '\r')
                length--;
        for (i = 0; i < length && used < MOST_COLUMNS; i++)
                if (bytes[i] == '\t')
                        do
                                line[used++] = ' ';
                        while (used % TAB);
                else
                        line[used++] = (char)(bytes[i] ? bytes[i] : 1); /* a zero would end it */
        /* A character is not cut in two: of one that does not fit all of its bytes are left out. */
        while (i < length && used && (bytes[i] & 0xc0) == 0x80) {
                i--;
                used--;
        }
        line[used] = 0;
        escape_text(text, sizeof(text), line, false);
        char *copy = NULL;

        return asprintf(&copy, "%s%s", text, i < length ? "..." : "") < 0 ? NULL : copy;
}

/* Goes through the file once. False if it has no such line. */
static bool read_lines(int fd, struct source *to)
{
        FILE *file = fdopen(fd, "r");
        char *line = NULL;
        size_t room = 0;
        ssize_t length;

        if (!file) {
                close(fd);
                return false;
        }
        to->first = to->line > SOURCE_AROUND ? to->line - SOURCE_AROUND : 1;
        for (int number = 1; number <= to->line + SOURCE_AROUND; number++) {
                length = getline(&line, &room, file);
                if (length < 0)
                        break;
                if (number < to->first)
                        continue;
                if (length && line[length - 1] == '\n')
                        length--;
                to->texts[to->count] = make_text(line, (size_t)length);
                if (!to->texts[to->count])
                        break;
                to->count++;
        }
        free(line);
        fclose(file);
        return to->first + to->count > to->line;
}

/* What speaks against the file at hand being the one that was compiled. */
static const char *doubt(const struct image *image, const struct stat *file)
{
        struct stat program;

        if (!image || image->deleted || stat(image->path, &program))
                return "the program's file is not there any more to compare its age with";
        if (file->st_mtim.tv_sec > program.st_mtim.tv_sec ||
            (file->st_mtim.tv_sec == program.st_mtim.tv_sec && file->st_mtim.tv_nsec > program.st_mtim.tv_nsec))
                return "this file is newer than the program, and may not be what was compiled";
        return NULL;
}

static const struct source *try_scope(const struct frame *frame, const struct scope *scope, size_t index)
{
        static struct source source;
        struct stat facts;
        /* A relative name says nothing: nobody knows what it is relative to. */
        int fd = scope->file && scope->file[0] == '/' && scope->line > 0 ? debugfile_open(scope->file) : -1;

        if (fd < 0)
                return NULL;
        if (fstat(fd, &facts) || facts.st_size > MOST_BYTES) {
                close(fd);
                return NULL;
        }
        source = (struct source){.frame = index,
                                 .function = scope->function ? scope->function : frame->place->symbol,
                                 .file = scope->file,
                                 .line = scope->line,
                                 .doubt = doubt(frame->place->image, &facts)};
        return read_lines(fd, &source) ? &source : NULL;
}

static const struct source *find(const struct stack *stack, bool system)
{
        for (size_t i = 0; i < stack->count && i < MOST_FRAMES; i++) {
                const struct frame *frame = &stack->frames[i];

                for (size_t j = 0; frame->place && !frame->trampoline && j < frame->place->scope_count; j++) {
                        const struct scope *scope = &frame->place->scopes[j];
                        const struct source *found = NULL;

                        if (scope->file && is_system(scope->file) == system)
                                found = try_scope(frame, scope, i);
                        if (found)
                                return found;
                }
        }
        return NULL;
}

const struct source *source_find(const struct stack *stack)
{
        const struct source *found = find(stack, false);

        return found ? found : find(stack, true);
}
