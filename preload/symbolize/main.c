/* sigguard-symbolize: the helper of a crashed process, and the tool for saved reports. */
#include <elfutils/libdw.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "crash.h"
#include "raw.h"

#ifndef SIGGUARD_VERSION
#define SIGGUARD_VERSION "0.1.0"
#endif

enum { EXIT_OK, EXIT_UNNAMED, EXIT_TROUBLE, EXIT_USAGE = 64 };

static const char help[] =
        "Usage: sigguard-symbolize [FILE]...\n"
        "Copies saved sigguard reports (standard input without FILE) to standard output and names the frames in\n"
        "lines of the raw form: functions, inlined calls, source lines. Files are found by path and by build-id,\n"
        "also below /usr/lib/debug; a file with another build-id is never used. All other lines stay as they are.\n"
        "\n"
        "  --help     show this text\n"
        "  --version  show the version\n"
        "\n"
        "Exit codes: 0 all frames named, 1 some frames could not be named, 2 input or system error, 64 wrong usage.\n";

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

int main(int argc, char **argv)
{
        static const struct option options[] = {{"help", 0, NULL, 'h'}, {"version", 0, NULL, 'v'}, {0}};
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
                default:
                        fputs("Try sigguard-symbolize --help.\n", stderr);
                        return EXIT_USAGE;
                }
        }
        return filter(argc - optind, argv + optind);
}
