// Templates that both units of the program with the long names share.
#ifndef CORPUS_ROUTES_H
#define CORPUS_ROUTES_H

#include <utility>

namespace routes
{

struct stop {
        const int *minutes;
};

// A type whose name is as long as those of real libraries, and grows with its depth.
template <typename Inner, typename Outer> struct joined_with_a_name_that_fills_a_line {
        Inner inner;
        Outer outer;

        template <typename Visitor> int operator()(Visitor &&visit) const
        {
                return inner(visit) + outer(std::forward<Visitor>(visit));
        }
};

struct end_of_the_line {
        const stop *at;

        template <typename Visitor> int operator()(Visitor &&visit) const
        {
                return visit(*at) + 1;
        }
};

using pair_of_ends = joined_with_a_name_that_fills_a_line<end_of_the_line, end_of_the_line>;
using four_ends = joined_with_a_name_that_fills_a_line<pair_of_ends, pair_of_ends>;

template <typename Only> int longest(const Only &only)
{
        return only() + 1;
}

template <typename First, typename... Rest> int longest(const First &first, const Rest &...rest)
{
        int own = first(), others = longest(rest...);

        return (own > others ? own : others) + 1;
}

int travel(const four_ends &ends);

} // namespace routes

#endif
