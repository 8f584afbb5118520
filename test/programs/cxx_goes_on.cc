// Throws where signals are: handlers that throw, threads that are unwound, terminate handlers that do not come back.
// flags: -std=c++17 -O1 -fno-inline -fnon-call-exceptions -Wno-unused-command-line-argument
#include <algorithm>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

static int destroyed, cleaned;

struct counted {
        ~counted()
        {
                __atomic_add_fetch(&destroyed, 1, __ATOMIC_SEQ_CST);
        }
};

static void on_signal(int signal)
{
        throw std::runtime_error("signal " + std::to_string(signal));
}

static void install(int signal, int flags)
{
        struct sigaction action = {};

        action.sa_handler = on_signal;
        action.sa_flags = flags | SA_NODEFER;
        sigaction(signal, &action, nullptr);
}

static int read_at(const volatile int *at)
{
        return *at;
}

static int divide(volatile int by)
{
        return 7 / by;
}

// Each signal twice: a throw leaves the handler for good, and the next one must be delivered all the same.
static void translate(int flags)
{
        static void (*const fail[])() = {[] { read_at(nullptr); }, [] { divide(0); }, [] { raise(SIGUSR1); },
                                         [] { abort(); }};
        static const int signals[] = {SIGSEGV, SIGFPE, SIGUSR1, SIGABRT};

        for (int i = 0; i < 4; i++)
                for (int round = 0; round < 2; round++) {
                        install(signals[i], flags);
                        try {
                                counted here;
                                fail[i]();
                        } catch (const std::runtime_error &error) {
                                printf("%s became an exception: %s, %d destroyed\n", strsignal(signals[i]),
                                       error.what(), destroyed);
                        }
                }
}

static void *cancelled(void *)
{
        counted here;
        pthread_cleanup_push([](void *) { __atomic_add_fetch(&cleaned, 1, __ATOMIC_SEQ_CST); }, nullptr);
        for (;;)
                pause();
        pthread_cleanup_pop(0);
}

static void *exits(void *)
{
        counted here;
        pthread_cleanup_push([](void *) { __atomic_add_fetch(&cleaned, 1, __ATOMIC_SEQ_CST); }, nullptr);
        pthread_exit(nullptr);
        pthread_cleanup_pop(0);
}

static void *throws(void *)
{
        try {
                counted here;
                pthread_cleanup_push([](void *) { __atomic_add_fetch(&cleaned, 1, __ATOMIC_SEQ_CST); }, nullptr);
                throw std::runtime_error("through a cleanup handler");
                pthread_cleanup_pop(0);
        } catch (const std::runtime_error &) {
        }
        return nullptr;
}

static void threads(int rounds)
{
        static void *(*const bodies[])(void *) = {cancelled, exits, throws};
        pthread_t made[30];

        for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < 30; i++)
                        pthread_create(&made[i], nullptr, bodies[i % 3], nullptr);
                for (int i = 0; i < 30; i += 3)
                        pthread_cancel(made[i]);
                for (pthread_t one : made)
                        pthread_join(one, nullptr);
        }
}

static long mappings()
{
        std::ifstream maps("/proc/self/maps");

        return std::count(std::istreambuf_iterator<char>(maps), {}, '\n');
}

static jmp_buf out;

static void terminate_by(const std::string &way)
{
        static std::string how;

        how = way;
        std::set_terminate([] {
                puts("own terminate handler");
                fflush(stdout);
                if (how == "exit")
                        exit(7);
                if (how == "_exit")
                        _exit(8);
                longjmp(out, 1);
        });
        if (!setjmp(out))
                throw std::runtime_error("for the terminate handler");
        puts("jumped out of it");
}

int main(int, char **argv)
{
        std::string how = argv[1];

        if (how == "translate") {
                translate(0);
                translate(SA_ONSTACK);
                translate(SA_RESETHAND);
        } else if (how == "threads") {
                threads(10);
                printf("%d destroyed, %d cleaned up\n", destroyed, cleaned);
        } else if (how == "many") {
                threads(20);
                long before = mappings();
                threads(334);
                printf("%ld more mappings\n", mappings() - before);
        } else {
                terminate_by(how);
        }
}
