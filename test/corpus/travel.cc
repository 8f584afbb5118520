// The second unit of the program with the long names.
#include "routes.h"

static int visits;

namespace routes
{

namespace
{

template <typename Number> struct counting {
        Number &sum;

        template <typename At> Number operator()(const At &at) const
        {
                visits++;
                sum += static_cast<Number>(*at.minutes);
                return sum;
        }
};

template <typename Ends, typename Make>
__attribute__((noinline)) auto follow(const Ends &ends, Make make) -> decltype(ends(make(0)))
{
        int start = visits;

        return ends(make(start)) + start;
}

} // namespace

int travel(const four_ends &ends)
{
        long sum = 0;
        auto make = [&sum](auto start) {
                sum += start;
                return counting<long>{sum};
        };

        return static_cast<int>(follow(ends, make) + sum) + visits;
}

} // namespace routes
