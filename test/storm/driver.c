/* The crash storm: starts services, several at a time, has them crash, and judges every death. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"
#include "tally.h"
#include "trouble.h"

#define MOST_RUNS 64
#define STUCK_MS 12000 /* after the crash, or after the start without one: a hang */
#define GONE_MS 3000   /* what is left of a dead service may take so long to end */
#define PROGRESS_MS 1000

static struct run runs[MOST_RUNS];
static struct tally tally;
static bool keep_degraded;

static void reap(unsigned jobs)
{
        int status;
        pid_t pid;

        while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0)
                for (unsigned i = 0; i < jobs; i++)
                        if (runs[i].pid == pid && !runs[i].dead) {
                                runs[i].dead = true;
                                runs[i].status = status;
                                runs[i].death_ns = storm_now();
                        }
}

static void finish(struct run *run, const char *folder, uint64_t seed)
{
        enum judge_report report;
        const char *failure;

        run_tend(run); /* the last bytes */
        run_count_files(run);
        failure = judge(run, &report);
        if (failure || (keep_degraded && report == REPORT_DEGRADED))
                trouble_keep(run, failure ? failure : "degraded", folder, seed);
        if (!run->gone)
                kill(-run->pid, SIGKILL);
        tally_add(&tally, run, failure, report);
        run_end(run);
        run->pid = 0;
}

/* True when the run is over. */
static bool look_after(struct run *run, const char *folder)
{
        uint64_t now, since;

        run_tend(run);
        now = storm_now(); /* not before: the crash may have been a moment ago */
        if (run->gone)
                return true;
        if (run->dead)
                return now - run->death_ns > GONE_MS * 1000000ull;
        since = run->crash_ns ? run->crash_ns : run->start_ns;
        if (now - since < STUCK_MS * 1000000ull || run->stuck)
                return false;
        run->stuck = true;
        trouble_look(run, folder);
        kill(-run->pid, SIGKILL);
        return false;
}

static void storm(const struct run_setup *setup, unsigned wanted, unsigned first, unsigned jobs, uint64_t seed,
                  const char *folder)
{
        uint64_t shown_ns = storm_now();
        unsigned next = first;

        while (tally.runs < wanted) {
                reap(jobs);
                for (unsigned i = 0; i < jobs; i++) {
                        if (runs[i].pid && look_after(&runs[i], folder))
                                finish(&runs[i], folder, seed);
                        if (runs[i].pid || next - first >= wanted)
                                continue;
                        run_plan(&runs[i], next++, seed, setup);
                        if (!runs[i].kind || (errno = run_start(&runs[i], setup))) {
                                perror("storm: a service could not be started");
                                exit(2);
                        }
                }
                if (storm_now() - shown_ns > PROGRESS_MS * 1000000ull) {
                        tally_progress(&tally, wanted);
                        shown_ns = storm_now();
                }
                poll(NULL, 0, 1);
        }
}

static const char usage[] =
        "Usage: storm [-n CRASHES] [-s SEED] [-f FIRST] [-j AT_A_TIME] [-k KIND] [-d] [-o FOLDER] GUARD SERVICE "
        "LIBRARY\n"
        "Crashes SERVICE under GUARD and judges every death; -f FIRST -n 1 with the same seed repeats one run.\n"
        "Exit code 0: all promises kept. The reports of failed runs are kept in FOLDER; -d: of degraded ones, too.\n";

int main(int argc, char **argv)
{
        struct run_setup setup = {0};
        unsigned wanted = 300, first = 0, jobs = 2 * (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
        uint64_t seed = storm_now() % 1000000, start = storm_now();
        const char *folder = "storm-failed";
        int option;

        while ((option = getopt(argc, argv, "n:s:f:j:k:o:d")) != -1) {
                switch (option) {
                case 'n':
                        wanted = (unsigned)atoi(optarg);
                        break;
                case 's':
                        seed = strtoull(optarg, NULL, 0);
                        break;
                case 'f':
                        first = (unsigned)atoi(optarg);
                        break;
                case 'j':
                        jobs = (unsigned)atoi(optarg);
                        break;
                case 'k':
                        setup.only_kind = optarg;
                        break;
                case 'd':
                        keep_degraded = true;
                        break;
                case 'o':
                        folder = optarg;
                        break;
                default:
                        fputs(usage, stderr);
                        return 64;
                }
        }
        if (argc - optind != 3 || !wanted || !jobs || jobs > MOST_RUNS) {
                fputs(usage, stderr);
                return 64;
        }
        setup.guard = realpath(argv[optind], NULL);
        setup.service = realpath(argv[optind + 1], NULL);
        setup.library = realpath(argv[optind + 2], NULL);
        if (!setup.guard || !setup.service || !setup.library) {
                perror("storm: GUARD, SERVICE or LIBRARY");
                return 64;
        }
        for (unsigned i = 0; i < jobs; i++)
                runs[i].text = malloc(RUN_TEXT);
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        printf("storm: %u crashes, %u at a time, seed %llu\n", wanted, jobs, (unsigned long long)seed);
        storm(&setup, wanted, first, jobs, seed, folder);
        tally_print(&tally, seed, storm_now() - start);
        return tally.failed != 0;
}
