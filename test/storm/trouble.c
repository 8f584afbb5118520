/* Keeps what a run that broke a promise has left: plan, death, report, and what hung where. */
#include "trouble.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static FILE *open_file(const struct run *run, const char *folder)
{
        char path[4200];

        mkdir(folder, 0755);
        snprintf(path, sizeof(path), "%s/%u.txt", folder, run->number);
        return fopen(path, "ae");
}

static void copy(FILE *to, const char *path)
{
        char text[4096];
        FILE *from = fopen(path, "re");
        size_t size = from ? fread(text, 1, sizeof(text), from) : 0;

        if (from)
                fclose(from);
        fprintf(to, "%s: %.*s\n", path, (int)size, text);
}

/* All processes of the group, and all their threads. */
static void describe_group(FILE *to, pid_t group)
{
        char path[600];
        struct dirent *entry, *thread;
        DIR *all = opendir("/proc"), *tasks;

        while (all && (entry = readdir(all))) {
                if (!atoi(entry->d_name) || getpgid(atoi(entry->d_name)) != group)
                        continue;
                snprintf(path, sizeof(path), "/proc/%s/task", entry->d_name);
                tasks = opendir(path);
                while (tasks && (thread = readdir(tasks))) {
                        static const char *const files[] = {"comm", "stat", "syscall", "wchan", "stack"};

                        for (unsigned i = 0; atoi(thread->d_name) && i < sizeof(files) / sizeof(files[0]); i++) {
                                snprintf(path, sizeof(path), "/proc/%s/task/%s/%s", entry->d_name, thread->d_name,
                                         files[i]);
                                copy(to, path);
                        }
                }
                if (tasks)
                        closedir(tasks);
                snprintf(path, sizeof(path), "/proc/%s/status", entry->d_name);
                copy(to, path);
                if (getenv("STORM_DEBUGGER")) {
                        snprintf(path, sizeof(path),
                                 "gdb -p %s -batch -ex 'thread apply all bt 20' 2>&1 | grep -v '^.New LWP'",
                                 entry->d_name);
                        fflush(to);
                        FILE *debugger = popen(path, "re");
                        char line[1024];

                        while (debugger && fgets(line, sizeof(line), debugger))
                                fputs(line, to);
                        if (debugger)
                                pclose(debugger);
                }
        }
        if (all)
                closedir(all);
}

void trouble_look(const struct run *run, const char *folder)
{
        FILE *to = open_file(run, folder);

        if (!to)
                return;
        describe_group(to, run->pid);
        fclose(to);
}

void trouble_keep(const struct run *run, const char *failure, const char *folder, uint64_t storm_seed)
{
        FILE *to = open_file(run, folder);

        printf("%sstorm: run %u (%s, signal %d): %s; see %s/%u.txt; again: -s %llu -f %u -n 1\n", isatty(1) ? "\n" : "",
               run->number, run->kind->name, run->signal, failure, folder, run->number, (unsigned long long)storm_seed,
               run->number);
        if (!to)
                return;
        fprintf(to,
                "%s\nkind %s%s signal %d delay %u us threads %u output %d json %d core %d crashed-only %d filed %d "
                "(%u, %u) budget %u\n",
                failure, run->kind->name, run->kind->cut ? " (cut)" : "", run->signal, run->delay_us, run->threads,
                run->output, run->json, run->with_core, run->crashed_only, run->filed, run->files, run->unfinished,
                run->timeout_ms);
        fprintf(to, "pid %d status 0x%x, %d ms from crash to death, signals sent %u\n", run->pid, run->status,
                run->death_ns && run->crash_ns ? (int)((int64_t)(run->death_ns - run->crash_ns) / 1000000) : -1,
                run->sent);
        if (!run->gone)
                describe_group(to, run->pid);
        fprintf(to, "--- standard error, %zu bytes\n%s", run->size, run->text);
        fclose(to);
}
