/* Names of source files: the whole path, and the part that a person needs. */
#define _GNU_SOURCE /* asprintf */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "linetable.h"

/* The part that a person needs: below the directory that the compiler ran in, else the last three names. */
static const char *brief_part(const char *full, const char *work)
{
        size_t length = work ? strlen(work) : 0, slashes = 0;
        static const char system[] = "/usr/include/";
        const char *at = full;

        while (length > 1 && work[length - 1] == '/')
                length--;
        if (length > 1 && !strncmp(full, work, length) && full[length] == '/') {
                at = full + length + 1;
        } else if (!strncmp(full, system, sizeof(system) - 1)) {
                at = full + sizeof(system) - 1;
        } else if (full[0] == '/') {
                for (at = full + strlen(full); at > full && slashes < 3; at--)
                        slashes += at[-1] == '/';
                if (slashes == 3)
                        at++;
        }
        while (!strncmp(at, "./", 2) || !strncmp(at, "../", 3))
                at += at[1] == '/' ? 2 : 3;
        return at;
}

const struct line_file *linetable_file(struct linetable *table, uint64_t number)
{
        uint64_t index = number - table->first_file;

        if (index >= table->file_count)
                return NULL;
        struct line_file *file = &table->files[index];
        const char *directory = file->directory < table->directory_count ? table->directories[file->directory] : NULL;

        if (file->full || !file->name)
                return file->full ? file : NULL;
        /* A relative directory counts from the working directory, a relative file name from its directory. */
        bool absolute = file->name[0] == '/',
             in_work = !absolute && (!directory || directory[0] != '/') && table->work && directory != table->work;
        bool has_directory = !absolute && directory && directory[0];

        if (asprintf(&file->full, "%s%s%s%s%s", in_work ? table->work : "", in_work ? "/" : "",
                     has_directory ? directory : "", has_directory ? "/" : "", file->name) < 0)
                file->full = NULL;
        if (file->full)
                file->brief = brief_part(file->full, table->work);
        return file->full ? file : NULL;
}
