// A program that crashes in as many frames, threads and resident memory as it is told: crash FRAMES THREADS MIB [wait|tell]
//
// With "wait" it prints "ready" where it would crash, and sleeps; with "tell" it prints the time before it crashes, as
// measure wants it. What it does about the crash is chosen when it is compiled: nothing, or what a library has for this.
#include "mark.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <thread>
#if defined(PEER_backward)
#define BACKWARD_HAS_DW 1
#include <backward.hpp>
static void prepare(const char *)
{
        static backward::SignalHandling handling;
}
#elif defined(PEER_boost)
#include <boost/stacktrace.hpp>
#include <iostream>
static void handler(int signal_number)
{
        std::cerr << boost::stacktrace::stacktrace();
        signal(signal_number, SIG_DFL);
}
static void prepare(const char *)
{
        signal(SIGSEGV, handler);
}
#elif defined(PEER_abseil)
#include <absl/debugging/failure_signal_handler.h>
#include <absl/debugging/symbolize.h>
static void prepare(const char *program)
{
        absl::InitializeSymbolizer(program);
        absl::InstallFailureSignalHandler({});
}
#elif defined(PEER_glog)
#include <glog/logging.h>
static void prepare(const char *program)
{
        google::InitGoogleLogging(program);
        google::InstallFailureSignalHandler();
}
#else
static void prepare(const char *)
{
}
#endif

#define MOST_FRAMES 256

static volatile int one = 1;
static long long *mark;
static bool waits, tells;
static int *volatile nowhere;

// Every frame is a function of its own: frames of a recursion would be folded.
template <int depth> __attribute__((noinline)) int descend(int frames)
{
        if constexpr (depth < MOST_FRAMES)
                if (depth < frames)
                        return descend<depth + 1>(frames) + one;
        if (waits) {
                puts("ready");
                fflush(stdout);
                pause();
        }
        if (tells) {
                printf("%lld\n", mark_clock());
                fflush(stdout);
        }
        *mark = mark_clock();
        return *nowhere + one;
}

__attribute__((noinline)) static int sleep_here(int seconds)
{
        return (int)sleep((unsigned)seconds) + one;
}

static void other_thread()
{
        while (sleep_here(1000))
                ;
}

int main(int argc, char **argv)
{
        if (argc < 4)
                return 64;
        prepare(argv[0]);
        mark = mark_place();
        waits = argc > 4 && strcmp(argv[4], "wait") == 0;
        tells = argc > 4 && !waits;
        for (int i = 1; i < atoi(argv[2]); i++)
                std::thread(other_thread).detach();
        size_t size = (size_t)atoi(argv[3]) << 20;
        char *memory = static_cast<char *>(malloc(size + 1));

        if (!memory)
                return 1;
        memset(memory, 1, size + 1);
        return descend<1>(atoi(argv[1])) + memory[size];
}
