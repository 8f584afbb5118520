/* sigguard-symbolize: the helper of a crashed process, and the tool for saved reports. */
#include <elfutils/libdw.h>
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash.h"
#include "raw.h"
#include "status.h"

#ifndef SIGGUARD_VERSION
#define SIGGUARD_VERSION "0.1.0"
#endif

enum { EXIT_OK, EXIT_UNNAMED, EXIT_TROUBLE, EXIT_USAGE = 64 };

static const char help[] =
        "Usage: sigguard-symbolize [FILE]...\n"
        "       sigguard-symbolize --status [--json] PID...\n"
        "Copies saved sigguard reports (standard input without FILE) to standard output and names the frames in\n"
        "lines of the raw form: functions, inlined calls, source lines. Files are found by path and by build-id,\n"
        "also below /usr/lib/debug; a file with another build-id is never used. All other lines stay as they are.\n"
        "\n"
        "  --status   show what the guard of living processes does with their signals\n"
        "  --json     that as one line of JSON for each process\n"
        "  --help     show this text\n"
        "  --version  show the version\n"
        "\n"
        "Exit codes: 0 all frames named, 1 some frames could not be named, 2 input or system error, 64 wrong usage.\n"
        "With --status: 0 all are guarded, 1 one is not, 2 one cannot be read.\n";

static int filter_file(const char *name)
{
        FILE *in = fopen(name, "r");
        int result;

        if (!in) {
                fprintf(stderr, "sigguard-symbolize: %s: %s\n", name, strerror(errno));
                return EXIT_TROUBLE;
        }
        result = raw_filter(in, stdout);
        fclose(in);
        return result;
}

static int filter(int count, char **names)
{
        int worst = EXIT_OK;

        if (!count)
                return raw_filter(stdin, stdout);
        for (int i = 0; i < count; i++) {
                int result = strcmp(names[i], "-") ? filter_file(names[i]) : raw_filter(stdin, stdout);

                if (result > worst)
                        worst = result;
        }
        return worst;
}

static int usage(const char *why)
{
        fprintf(stderr, "%sTry sigguard-symbolize --help.\n", why);
        return EXIT_USAGE;
}

/* Each process is read by a process of its own, since what is known of one is kept to the end. */
static int in_child(const char *pid, bool json)
{
        pid_t child = fork();
        int ended;

        if (child == 0) {
                int result = status_print(pid, json);

                _exit(fflush(stdout) ? EXIT_TROUBLE : result);
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
                return usage("--status needs the pid of a process. ");
        for (int i = 0; i < count; i++) {
                int result = in_child(pids[i], json);

                if (result > worst)
                        worst = result;
        }
        return worst;
}

int main(int argc, char **argv)
{
        static const struct option options[] = {{"help", 0, NULL, 'h'},
                                                {"version", 0, NULL, 'v'},
                                                {"status", 0, NULL, 's'},
                                                {"json", 0, NULL, 'j'},
                                                {0}};
        bool wants_status = false, json = false;
        int option;

        elf_version(EV_CURRENT);
        if (argc > 1 && !strcmp(argv[1], "--crash"))
                return crash_main();
        while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
                switch (option) {
                case 'h':
                        return fputs(help, stdout) < 0 || fflush(stdout) ? EXIT_TROUBLE : EXIT_OK;
                case 'v':
                        return puts("sigguard-symbolize " SIGGUARD_VERSION) < 0 || fflush(stdout) ? EXIT_TROUBLE
                                                                                                  : EXIT_OK;
                case 's':
                        wants_status = true;
                        break;
                case 'j':
                        json = true;
                        break;
                default:
                        return usage("");
                }
        }
        if (wants_status)
                return status(argc - optind, argv + optind, json);
        if (json)
                return usage("--json goes with --status. ");
        return filter(argc - optind, argv + optind);
}
