/* Finds whom to hit: a thread of the service, or a child that the library has made for its report. */
#include "aim.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A thread of the process that is there at this moment. */
pid_t aim_thread(struct run *run)
{
        char path[64];
        struct dirent *entry;
        pid_t tids[64];
        unsigned count = 0;
        DIR *folder;

        snprintf(path, sizeof(path), "/proc/%d/task", run->pid);
        folder = opendir(path);
        while (folder && (entry = readdir(folder)) && count < 64)
                if (atoi(entry->d_name))
                        tids[count++] = atoi(entry->d_name);
        if (folder)
                closedir(folder);
        return count ? tids[storm_pick(&run->random, count)] : run->pid;
}

/* The field of /proc/PID/stat that says which signal the parent gets when it ends: none for the library's watcher. */
static int exit_signal(pid_t pid)
{
        char path[64], text[1024];
        const char *at;
        FILE *file;
        size_t size;

        snprintf(path, sizeof(path), "/proc/%d/stat", pid);
        file = fopen(path, "re");
        size = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
        if (file)
                fclose(file);
        text[size] = 0;
        at = strrchr(text, ')');
        for (int field = 2; at && field < 38; field++)
                at = strchr(at + 1, ' ');
        return at ? atoi(at) : -1;
}

/* The child of a process that ends silently (silent), or the first one; whichever of its threads has made it. */
pid_t aim_child(pid_t pid, bool silent)
{
        char path[300], digits[256] = "", *at, *rest;
        struct dirent *entry;
        pid_t found = 0;
        DIR *folder;

        snprintf(path, sizeof(path), "/proc/%d/task", pid);
        folder = opendir(path);
        while (folder && !found && (entry = readdir(folder))) {
                snprintf(path, sizeof(path), "/proc/%d/task/%s/children", pid, entry->d_name);
                FILE *file = fopen(path, "re");

                if (!file || !fgets(digits, sizeof(digits), file))
                        digits[0] = 0;
                if (file)
                        fclose(file);
                for (at = strtok_r(digits, " ", &rest); at && !found; at = strtok_r(NULL, " ", &rest))
                        if (!silent || exit_signal(atoi(at)) == 0)
                                found = atoi(at);
        }
        if (folder)
                closedir(folder);
        return found;
}
