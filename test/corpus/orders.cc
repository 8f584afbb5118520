// A C++ program that reads a null pointer below templates, lambdas, virtual calls and unnamed namespaces.
#include "orders.h"

#include <string.h>

static volatile int seen;

namespace
{

inline int price_of(const orders::item *of)
{
        return of->price;
}

struct strict : orders::pricer {
        int price(const orders::item *of, int rebate) const override
        {
                return checked(of) - rebate;
        }

      private:
        static int checked(const orders::item *of)
        {
                seen = seen + 1;
                return price_of(of) + seen;
        }
};

template <typename Number> struct total {
        Number value{};

        total &operator+=(const orders::item *of)
        {
                value += static_cast<Number>(price_of(of)) + seen;
                return *this;
        }
};

} // namespace

template <typename Number> __attribute__((noinline)) static Number add_all(orders::ring<orders::item *, 4> &items)
{
        total<Number> all;

        for (int i = 0; i < 4; i++)
                all += items[i];
        return all.value + seen;
}

int main(int argc, char **argv)
{
        orders::ring<orders::item *, 4> items;
        strict how;
        auto choose = [&](const char *which) {
                return strcmp(which, "add") == 0 ? add_all<long>(items) : orders::sum(items, how) + 1L;
        };

        return static_cast<int>(choose(argc > 1 ? argv[1] : "sum")) + seen;
}
