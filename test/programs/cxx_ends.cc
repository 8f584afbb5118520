// Ends as its argument names, by what the C++ runtime or libc does.
// flags: -std=c++17 -O1 -fno-inline -w -fstack-protector-all -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS
#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <typeinfo>
#include <vector>

namespace shop
{
struct plain_error {
        int code;
};

struct order_error : std::runtime_error {
        using runtime_error::runtime_error;
        int order = 7;
};

struct spoken_error : std::logic_error {
        using logic_error::logic_error;
        const char *what() const noexcept override
        {
                return "said by its own what()";
        }
};

struct numbered {
        virtual ~numbered() = default;
        int number = 3;
};

struct mixed_error : numbered, order_error {
        mixed_error() : order_error("in the second base")
        {
        }
};

struct loud {
        ~loud()
        {
                throw order_error("out of a destructor");
        }
};

struct shape {
        shape()
        {
                draw();
        }
        void draw()
        {
                area();
        }
        virtual void area() = 0;
};

struct square : shape {
        void area() override
        {
        }
};
} // namespace shop

volatile int many = 200;
const char *text = "a text that is longer than where it goes to: it overwrites what lies behind";

static void smash()
{
        char room[8];

        for (int i = 0; i < many; i++)
                ((volatile char *)room)[i] = 'x';
}

static void fortify()
{
        char room[8];

        strcpy(room, text);
        puts(room);
}

static void rethrown()
{
        try {
                throw std::runtime_error("the first");
        } catch (...) {
                throw std::logic_error("the second");
        }
}

static void handled()
{
        try {
                throw std::runtime_error("being handled");
        } catch (...) {
                abort();
        }
}

static void kept_in() noexcept
{
        throw std::runtime_error("kept in");
}

// A type that is twice its own base: what walks the bases of the exception's type must come to an end.
static void damaged()
{
        static struct {
                const void *table;
                const char *name;
                unsigned int flags, count;
                const void *bases[2][2];
        } type = {*(const void *const *)&typeid(shop::mixed_error), "4ring", 0, 0x7fffffff, {{&type}, {&type}}};

        std::set_terminate(abort);
        abi::__cxa_throw(abi::__cxa_allocate_exception(8), (std::type_info *)&type, nullptr);
}

static void own_handler()
{
        std::set_terminate([] {
                fputs("own terminate handler\n", stderr);
                abort();
        });
        throw shop::order_error("with an own terminate handler");
}

static const struct {
        const char *name;
        void (*run)();
} ways[] = {
        {"runtime", [] { throw std::runtime_error("nobody catches this"); }},
        {"derived", [] { throw shop::order_error("order 12 is empty"); }},
        {"mixed", [] { throw shop::mixed_error(); }},
        {"spoken", [] { throw shop::spoken_error("base's text"); }},
        {"plain", [] { throw shop::plain_error{3}; }},
        {"allocation", [] { throw std::bad_alloc(); }},
        {"text", [] { throw "only a text"; }},
        {"string", [] { throw std::string("a string that is long enough for the heap"); }},
        {"number", [] { throw -42; }},
        {"hostile", [] { throw std::runtime_error("\033[31mred\nand a line of its own"); }},
        {"long", [] { throw std::runtime_error(std::string(100000, 'x')); }},
        {"system", [] { throw std::system_error(std::make_error_code(std::errc::timed_out), "asking"); }},
        {"range", [] { std::vector<int>().at(3); }},
        {"file", [] { std::filesystem::file_size("/nonexistent"); }},
        {"rethrown", rethrown},
        {"stored", [] { std::rethrow_exception(std::make_exception_ptr(std::runtime_error("stored"))); }},
        {"handled", handled},
        {"noexcept", kept_in},
        {"destructor", [] { shop::loud here; }},
        {"thread", [] { std::thread([] { throw std::runtime_error("in a thread"); }).join(); }},
        {"joinable", [] { std::thread([] {}); }},
        {"nothing", [] { throw; }},
        {"terminate", [] { std::terminate(); }},
        {"own", own_handler},
        {"damaged", damaged},
        {"virtual", [] { shop::square(); }},
        {"checked",
         [] {
                 std::vector<int> none;
                 printf("%d\n", none[many]);
         }},
        {"assert", [] { assert(many == 1); }},
        {"abort", [] { abort(); }},
        {"smash", smash},
        {"fortify", fortify},
};

int main(int, char **argv)
{
        for (const auto &way : ways)
                if (!strcmp(way.name, argv[1]))
                        way.run();
        return 64;
}
