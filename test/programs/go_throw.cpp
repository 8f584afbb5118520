// The C++ part of go_throw: exceptions that nobody catches, and some that somebody does.
#include <stdexcept>
#include <thread>

static void parse()
{
        throw std::runtime_error("no such record");
}

extern "C" void throw_uncaught()
{
        parse();
}

extern "C" int throw_and_catch()
{
        int caught = 0;

        for (int i = 0; i < 1000; i++) {
                try {
                        parse();
                } catch (const std::exception &) {
                        caught++;
                }
        }
        return caught;
}

extern "C" void throw_in_thread()
{
        std::thread(parse).join();
}
