/* What glibc's libSegFault was: a preloaded handler that prints addresses and the map of the process, and lets it die. */
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static void handler(int signal_number)
{
        void *frames[256];
        char part[4096];
        ssize_t length;
        int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

        backtrace_symbols_fd(frames, backtrace(frames, 256), 2);
        while ((length = read(maps, part, sizeof(part))) > 0)
                (void)!write(2, part, (size_t)length);
        close(maps);
        signal(signal_number, SIG_DFL);
}

__attribute__((constructor)) static void start(void)
{
        static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};

        for (unsigned i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
                signal(crashes[i], handler);
}
