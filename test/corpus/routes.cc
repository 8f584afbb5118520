// A C++ program that reads a null pointer below generic lambdas, function objects and templates with very long names.
#include "routes.h"

#include <cstring>
#include <memory>

static volatile int seen;

namespace
{

class clock
{
      public:
        explicit operator int() const
        {
                return *now->minutes + seen;
        }

        const routes::stop *operator->() const
        {
                return now;
        }

        const routes::stop *now;
};

struct leaving {
        const clock &at;

        __attribute__((noinline)) ~leaving()
        {
                seen = seen + static_cast<int>(at);
        }
};

template <int Depth> struct nested {
        template <typename Each> static int all(Each &&each, int start)
        {
                return nested<Depth - 1>::all(each, each(start)) + seen;
        }
};

template <> struct nested<0> {
        template <typename Each> static int all(Each &&, int start)
        {
                return start;
        }
};

} // namespace

namespace
{
inline namespace latest
{

template <typename... Parts> __attribute__((noinline)) int leave(const Parts &...parts)
{
        int sum = routes::longest(parts...);

        leaving now{clock{nullptr}};
        return sum + seen;
}

} // namespace latest
} // namespace

int main(int argc, char **argv)
{
        static const routes::stop here{nullptr};
        const routes::end_of_the_line end{&here};
        const routes::four_ends ends{{end, end}, {end, end}};
        std::unique_ptr<routes::stop> nowhere(new routes::stop{nullptr});
        auto minutes = [&](auto &&of) { return *(*of).minutes + seen; };
        auto each = [minutes, &nowhere](int at) { return minutes(nowhere) + at; };

        if (argc > 1 && !strcmp(argv[1], "leave"))
                return leave([] { return seen + 1; }, [number = 3] { return seen + number; });
        if (argc > 1 && !strcmp(argv[1], "nested"))
                return nested<3>::all(each, 1);
        return routes::travel(ends) + seen;
}
