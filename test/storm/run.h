/* One run of the storm: a service that is started, provoked, and watched until nothing of it is left. */
#ifndef STORM_RUN_H
#define STORM_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "storm.h"

#define RUN_BUDGET_MS 5000 /* SIGGUARD_TIMEOUT_MS by default */
#define RUN_TEXT 262144    /* the most bytes of a report that are kept */

enum run_output { OUTPUT_PIPE, OUTPUT_FILE, OUTPUT_FULL_PIPE };

struct run {
        unsigned number;
        uint64_t seed, random;
        const struct storm_kind *kind;
        int signal; /* what it is to die of; with a burst, the first of them */
        unsigned delay_us, threads;
        enum run_output output;
        bool json, with_core, crashed_only, filed; /* filed: SIGGUARD_REPORT_DIR is the folder */
        unsigned timeout_ms;
        char folder[64];            /* its working directory, removed afterwards */
        unsigned files, unfinished; /* reports in it at the end, and what is not one nor a core */

        pid_t pid;
        struct storm_page *page;
        int output_fd;
        char *text;
        size_t size;
        unsigned sent;
        uint64_t start_ns, provoke_ns, crash_ns, death_ns;
        int status;
        bool dead, gone; /* reaped; and nothing of its process group left */
        bool stuck;      /* it had to be killed */
};

/* What all runs share. */
struct run_setup {
        const char *guard, *service, *library; /* absolute paths; guard may be empty: the storm without us */
        const char *only_kind;                 /* or null for any */
};

/* Chooses all that is random in run `number` of the storm. */
void run_plan(struct run *run, unsigned number, uint64_t storm_seed, const struct run_setup *setup);

/* 0 or an errno. */
int run_start(struct run *run, const struct run_setup *setup);

/* Sends what is due, reads what was printed; to be called again and again. */
void run_tend(struct run *run);

/* Counts what lies in the folder when the run is over. */
void run_count_files(struct run *run);

/* Gives all back. The text stays until run_plan(). */
void run_end(struct run *run);

#endif
