/* sigguard-symbolize: the helper of a crashed process, and the tool for saved reports. */
#define _GNU_SOURCE /* O_PATH */
#include <elfutils/libdw.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash.h"
#include "raw.h"
#include "status.h"
#include "stores.h"
#include "trace.h"

#ifndef SIGGUARD_VERSION
#define SIGGUARD_VERSION "0.1.0"
#endif

enum { EXIT_OK, EXIT_UNNAMED, EXIT_TROUBLE, EXIT_USAGE = 64 };

static const char help[] =
        "Usage: sigguard-symbolize [--debug-dir DIR]... [--debuginfod[=SECONDS]] [FILE]...\n"
        "       sigguard-symbolize --status [--json] PID...\n"
        "       sigguard-symbolize --trace [--json] PID\n"
        "Copies logs (standard input without FILE) to standard output and names the frames of the sigguard reports in\n"
        "them, of the raw form and in JSON, where that was not done yet: functions, inlined calls, source lines. What\n"
        "Docker, Kubernetes, journald or others have put around each line stays around it. Files are found by path "
        "and\n"
        "by build-id, also below /usr/lib/debug; a file with another build-id is never used. A frame that cannot be\n"
        "named stays as it is, with the reason behind it, and all other lines stay as they are.\n"
        "\n"
        "  --debug-dir DIR   look for files below DIR too: DIR/.build-id/xx/yyy.debug, DIR/PATH, DIR/NAME, and those\n"
        "                    with .debug behind\n"
        "  --debuginfod      run debuginfod-find for what is found nowhere else; it asks the servers that\n"
        "                    DEBUGINFOD_URLS names, at most 60 or SECONDS seconds for each file\n"
        "\n"
        "  --status          show what the guard of living processes does with their signals\n"
        "  --trace           show where all threads of a living process are, whether it is guarded or not. It stands\n"
        "                    still for some milliseconds, at most 5 seconds, and goes on as if nothing had been\n"
        "  --json            either of them as one line of JSON for each process\n"
        "\n"
        "  --help            show this text\n"
        "  --version         show the version\n"
        "\n"
        "Exit codes: 0 all frames named, 1 some frames could not be named, 2 input or system error, 64 wrong usage.\n"
        "With --status: 0 all are guarded, 1 one is not, 2 one cannot be read.\n"
        "With --trace: 0 all threads are shown, 1 some have no frames because they could not be stopped, 2 the\n"
        "process cannot be traced.\n";

static int trouble(const char *with)
{
        fprintf(stderr, "sigguard-symbolize: %s: %s\n", with, strerror(errno));
        return EXIT_TROUBLE;
}

/* The result, if all that was printed has arrived. */
static int written(int result)
{
        return fflush(stdout) || ferror(stdout) ? trouble("standard output") : result;
}

static int filter_file(const char *name)
{
        FILE *in = strcmp(name, "-") ? fopen(name, "r") : stdin;
        int result;

        if (!in)
                return trouble(name);
        result = raw_filter(in, stdout);
        if (result == EXIT_TROUBLE && !ferror(stdout))
                trouble(in == stdin ? "standard input" : name);
        if (in != stdin)
                fclose(in);
        return result;
}

static int filter(int count, char **names)
{
        int worst = EXIT_OK;

        if (!count)
                return filter_file("-");
        for (int i = 0; i < count && !ferror(stdout); i++) {
                int result = filter_file(names[i]);

                if (result > worst)
                        worst = result;
        }
        return worst;
}

static int usage(const char *why)
{
        fprintf(stderr, "sigguard-symbolize: %s%ssee --help\n", why, *why ? "; " : "");
        return EXIT_USAGE;
}

/* Each process is read by a process of its own, since what is known of one is kept to the end. */
static int in_child(const char *pid, bool json)
{
        pid_t child = fork();
        int ended;

        if (child == 0) {
                _exit(written(status_print(pid, json)));
        }
        if (child < 0 || waitpid(child, &ended, 0) < 0 || !WIFEXITED(ended)) {
                fprintf(stderr, "sigguard-symbolize: %s could not be read\n", pid);
                return EXIT_TROUBLE;
        }
        return WEXITSTATUS(ended);
}

static int status(int count, char **pids, bool json)
{
        int worst = EXIT_OK;

        if (!count)
                return usage("--status needs the pid of a process");
        for (int i = 0; i < count; i++) {
                int result = in_child(pids[i], json);

                if (result > worst)
                        worst = result;
        }
        return worst;
}

/* What the command line asks for. */
static struct {
        bool status, trace, json, names;
} wants;

static int seconds(const char *text)
{
        char *rest;
        long number = text ? strtol(text, &rest, 10) : 60;

        return text && (*rest || rest == text || number < 1 || number > 86400) ? 0 : (int)number;
}

/* errno says why not. */
static bool is_folder(const char *path)
{
        int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

        return fd >= 0 && !close(fd);
}

/* An exit code or -1. */
static int take_option(int option, const char *value)
{
        switch (option) {
        case 's':
                wants.status = true;
                return -1;
        case 't':
                wants.trace = true;
                return -1;
        case 'j':
                wants.json = true;
                return -1;
        case 'd':
                wants.names = true;
                if (!is_folder(value))
                        trouble(value); /* others may have what is wanted */
                return stores_add(value) ? -1 : usage("--debug-dir: so many folders are not looked through");
        case 'f':
                wants.names = true;
                if (!seconds(value))
                        return usage("--debuginfod: expected seconds from 1 to 86400");
                stores_use_debuginfod((unsigned int)seconds(value));
                return -1;
        }
        return usage("");
}

static int print(const char *text)
{
        fputs(text, stdout);
        return EXIT_OK;
}

/* All that is no crash. */
static int run(int argc, char **argv)
{
        static const struct option options[] = {{"help", 0, NULL, 'h'},       {"version", 0, NULL, 'v'},
                                                {"status", 0, NULL, 's'},     {"trace", 0, NULL, 't'},
                                                {"json", 0, NULL, 'j'},       {"debug-dir", 1, NULL, 'd'},
                                                {"debuginfod", 2, NULL, 'f'}, {0}};
        int option;

        while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
                int wrong = option == 'h' || option == 'v' ? -1 : take_option(option, optarg);

                if (option == 'h' || option == 'v')
                        return print(option == 'h' ? help : "sigguard-symbolize " SIGGUARD_VERSION "\n");
                if (wrong >= 0)
                        return wrong;
        }
        if (wants.status + wants.trace + wants.names > 1)
                return usage("--status, --trace and the naming of logs exclude each other");
        if (wants.status)
                return status(argc - optind, argv + optind, wants.json);
        if (wants.trace)
                return argc - optind == 1 ? trace_print(argv[optind], wants.json) : usage("--trace needs one pid");
        if (wants.json)
                return usage("--json goes with --status and --trace");
        return filter(argc - optind, argv + optind);
}

int main(int argc, char **argv)
{
        elf_version(EV_CURRENT);
        if (argc > 1 && !strcmp(argv[1], "--crash"))
                return crash_main();
        return written(run(argc, argv));
}
