// What the two files of the large program share: a tree of orders that is walked by templates and callbacks.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace shop
{

struct item {
        std::string name;
        int price;
};

template <typename T, int N> struct ring {
        std::vector<T> held;

        template <typename Visitor> int visit(Visitor &&visitor) const
        {
                int sum = 0;

                for (const T &one : held)
                        sum += visitor(one) * N;
                return sum;
        }
};

class checker
{
      public:
        virtual ~checker() = default;
        virtual int check(const item &one) const = 0;
};

std::unique_ptr<checker> make_checker(int limit);
int each(const ring<item, 3> &items, const std::function<int(const item &)> &visitor);

} // namespace shop
