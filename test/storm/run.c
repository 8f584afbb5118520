/* Starts a service, provokes it, and watches it until nothing of it is left. */
#include "run.h"

#include "aim.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BURST 3
#define RESEND_MS 300 /* a signal to a thread that ends dies with it: then another thread gets one */

static const int crash_signals[] = {STORM_SIGNALS};

/* Fills a pipe to the last byte, as a reader that hangs would leave it. */
static void fill(int fd)
{
        static const char zeros[4096];

        fcntl(fd, F_SETFL, O_NONBLOCK);
        while (write(fd, zeros, sizeof(zeros)) > 0 || write(fd, zeros, 1) > 0)
                ;
        fcntl(fd, F_SETFL, 0);
}

/* The service's end; what the driver reads from goes to run->output_fd. */
static int open_output(struct run *run)
{
        int ends[2];

        if (run->output == OUTPUT_FILE)
                return run->output_fd = open("/tmp", O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
        if (pipe2(ends, O_CLOEXEC) < 0)
                return -1;
        if (run->output == OUTPUT_FULL_PIPE)
                fill(ends[1]);
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
        run->output_fd = ends[0];
        return ends[1];
}

static void become_service(const struct run *run, const struct run_setup *setup, int page, int output)
{
        char preload[4200], timeout[64], reports[128], signal_text[16], seed[32], delay[16], threads[16];
        const char *environment[] = {preload,
                                     timeout,
                                     run->json ? "SIGGUARD_REPORT=json" : "A=1",
                                     run->crashed_only ? "SIGGUARD_THREADS=crashed" : "B=1",
                                     run->filed ? reports : "C=1",
                                     "PATH=/usr/bin:/bin",
                                     NULL};
        const char *const arguments[] = {setup->service, run->kind->by == BY_SERVICE ? run->kind->name : "-",
                                         signal_text,    seed,
                                         delay,          threads,
                                         setup->library, NULL};
        const rlim_t size = run->with_core ? RLIM_INFINITY : 0;
        int null = open("/dev/null", O_RDWR);

        snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", setup->guard);
        snprintf(reports, sizeof(reports), "SIGGUARD_REPORT_DIR=%s", run->folder);
        snprintf(timeout, sizeof(timeout), "SIGGUARD_TIMEOUT_MS=%u", run->timeout_ms);
        snprintf(signal_text, sizeof(signal_text), "%d", run->signal);
        snprintf(seed, sizeof(seed), "%llu", (unsigned long long)run->seed);
        snprintf(delay, sizeof(delay), "%u", run->delay_us);
        snprintf(threads, sizeof(threads), "%u", run->threads);
        setsid(); /* the process group by which what it leaves behind is found */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setrlimit(RLIMIT_CORE, &(struct rlimit){size, RLIM_INFINITY});
        if (chdir(run->folder) == 0 && dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(output, 2) == 2 &&
            dup2(page, STORM_PAGE_FD) == STORM_PAGE_FD)
                execve(setup->service, (char **)arguments, (char **)environment);
        _exit(127);
}

int run_start(struct run *run, const struct run_setup *setup)
{
        int page = memfd_create("page", MFD_CLOEXEC);
        int output = open_output(run);

        snprintf(run->folder, sizeof(run->folder), "/tmp/sigguard-storm.XXXXXX");
        if (page < 0 || output < 0 || ftruncate(page, 4096) < 0 || !mkdtemp(run->folder))
                return errno;
        run->page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, page, 0);
        if (run->page == MAP_FAILED)
                return errno;
        run->start_ns = storm_now();
        run->pid = fork();
        if (run->pid == 0)
                become_service(run, setup, page, output);
        close(page);
        if (output != run->output_fd)
                close(output);
        return run->pid < 0 ? errno : 0;
}

/* Kills or stops the watcher or the helper; three times, a little later each. */
static void hurt(struct run *run)
{
        pid_t target = aim_child(run->pid, true), below = target ? aim_child(target, false) : 0;

        if (below && storm_pick(&run->random, 2))
                target = below;
        if (target)
                kill(target, storm_pick(&run->random, 2) ? SIGKILL : SIGSTOP);
        run->sent++;
        run->provoke_ns = storm_now() + storm_pick(&run->random, 60) * 1000000u;
}

static void provoke(struct run *run)
{
        int number = run->sent && run->kind->by == BY_BURST
                             ? crash_signals[storm_pick(&run->random, STORM_SIGNAL_COUNT)]
                             : run->signal;

        if (!run->sent)
                atomic_store(&run->page->crash_ns, storm_now());
        if (run->kind->by == BY_DRIVER || run->kind->by == BY_EARLY)
                kill(run->pid, number);
        else
                syscall(SYS_tgkill, run->pid, aim_thread(run), number);
        run->sent++;
        run->provoke_ns = storm_now() + RESEND_MS * 1000000u;
        if (run->kind->by == BY_BURST && run->sent < BURST)
                run->provoke_ns = storm_now() + storm_pick(&run->random, 300000);
}

/* When the next signal from outside is due; 0: not yet known, or never. */
static uint64_t next_provocation(const struct run *run)
{
        const uint64_t ready = atomic_load(&run->page->ready_ns), crash = atomic_load(&run->page->crash_ns);
        const unsigned most = run->kind->by == BY_BURST ? BURST : 1;

        if (run->kind->cut)
                return crash && !run->sent ? crash + run->delay_us * 1000u : 0;
        if (run->kind->hurt)
                return !crash || run->sent == 3 ? 0 : run->sent ? run->provoke_ns : crash + run->delay_us * 1000u;
        switch (run->kind->by) {
        case BY_EARLY:
                return run->sent ? 0 : run->start_ns + run->delay_us * 1000u;
        case BY_DRIVER:
                return ready && !run->sent ? ready + run->delay_us * 1000u : 0;
        case BY_THREAD:
        case BY_BURST:
                if (!run->sent)
                        return ready ? ready + run->delay_us * 1000u : 0;
                return run->sent >= most && strstr(run->text, " crashed: SIG") ? 0 : run->provoke_ns;
        default:
                return 0;
        }
}

static void read_output(struct run *run)
{
        ssize_t got = 1;

        while (run->output == OUTPUT_PIPE && got > 0 && run->size < RUN_TEXT - 1) {
                got = read(run->output_fd, run->text + run->size, RUN_TEXT - 1 - run->size);
                run->size += got > 0 ? (size_t)got : 0;
        }
        if (run->output == OUTPUT_FILE && (got = pread(run->output_fd, run->text, RUN_TEXT - 1, 0)) > 0)
                run->size = (size_t)got;
        run->text[run->size] = 0;
}

void run_tend(struct run *run)
{
        uint64_t due = run->dead ? 0 : next_provocation(run);

        read_output(run);
        if (due && storm_now() >= due) {
                if (run->kind->cut)
                        run->sent += kill(run->pid, SIGKILL) == 0;
                else if (run->kind->hurt)
                        hurt(run);
                else
                        provoke(run);
        }
        if (!run->crash_ns)
                run->crash_ns = atomic_load(&run->page->crash_ns);
        if (run->dead && kill(-run->pid, 0) < 0 && errno == ESRCH)
                run->gone = true;
}

void run_count_files(struct run *run)
{
        struct dirent *entry;
        DIR *folder = opendir(run->folder);

        while (folder && (entry = readdir(folder))) {
                const char *suffix = strrchr(entry->d_name, '.');

                if (entry->d_name[0] == '.' || !strncmp(entry->d_name, "core", 4))
                        continue;
                if (!strncmp(entry->d_name, "sigguard-", 9) && (!strcmp(suffix, ".txt") || !strcmp(suffix, ".json")))
                        run->files++;
                else
                        run->unfinished++;
        }
        if (folder)
                closedir(folder);
}

void run_end(struct run *run)
{
        struct dirent *entry;
        DIR *folder = opendir(run->folder);

        while (folder && (entry = readdir(folder)))
                if (entry->d_name[0] != '.')
                        unlinkat(dirfd(folder), entry->d_name, 0);
        if (folder)
                closedir(folder);
        rmdir(run->folder);
        close(run->output_fd);
        munmap(run->page, 4096);
}
