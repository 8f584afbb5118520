// Throws C++ exceptions in threads: caught inside, carried to the maker, and the forced unwinding of a cancelled thread.
#include <cstdio>
#include <exception>
#include <future>
#include <pthread.h>
#include <stdexcept>
#include <thread>
#include <unistd.h>

struct guard_object {
        const char *name;
        ~guard_object()
        {
                dprintf(1, "destructor of %s\n", name);
        }
};

static int deep(int depth)
{
        guard_object here{"deep"};
        if (depth == 0)
                throw std::runtime_error("from below");
        return deep(depth - 1) + 1;
}

static void *waits(void *)
{
        guard_object here{"a cancelled thread"};
        for (;;)
                pause();
}

static void *exits(void *)
{
        guard_object here{"a thread that calls pthread_exit"};
        pthread_exit(nullptr);
}

int main()
{
        std::thread([] {
                try {
                        deep(3);
                } catch (const std::exception &error) {
                        dprintf(1, "caught in the thread: %s\n", error.what());
                }
        }).join();
        try {
                std::async(std::launch::async, deep, 2).get();
        } catch (const std::exception &error) {
                dprintf(1, "carried to the maker: %s\n", error.what());
        }
        pthread_t thread;
        void *result = nullptr;
        pthread_create(&thread, nullptr, waits, nullptr);
        pthread_cancel(thread);
        pthread_join(thread, &result);
        dprintf(1, "cancelled: %d\n", result == PTHREAD_CANCELED);
        pthread_create(&thread, nullptr, exits, nullptr);
        pthread_join(thread, &result);
        return 0;
}
