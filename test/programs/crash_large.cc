// A C++ program of several files with templates, lambdas, std::function, virtual calls and exceptions, optimized.
// flags: -O2 -std=c++17 test/programs/crash_large/shop.cc
#include "crash_large/shop.h"

#include <cstdio>

static int recovered;

static void throws(int depth)
{
        if (depth == 0)
                throw std::runtime_error("thrown on purpose");
        throws(depth - 1);
}

template <typename Map> __attribute__((noinline)) int total(const Map &orders, const shop::checker &with)
{
        int sum = 0;

        for (const auto &order : orders)
                sum += shop::each(order.second, [&with](const shop::item &one) { return with.check(one) * 2; });
        return sum;
}

int main()
{
        std::map<std::string, shop::ring<shop::item, 3>> orders;
        auto checker = shop::make_checker(100);

        for (int i = 0; i < 1000; i++) {
                try {
                        throws(i % 7);
                } catch (const std::exception &) {
                        recovered++;
                }
        }
        orders["first"].held = {{"apple", 1}, {"pear", 2}};
        orders["second"].held = {{"gold", 1000}};
        std::printf("recovered %d\n", recovered);
        std::fflush(stdout);
        return total(orders, *checker);
}
