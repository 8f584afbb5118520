// The second file of the large program: where it crashes.
#include "shop.h"

namespace shop
{
namespace
{

// always_inline: the report must show a frame that exists in the debug information alone
__attribute__((always_inline)) inline int price_of(const item *one)
{
        return *(const volatile int *)&one->price;
}

class strict final : public checker
{
      public:
        explicit strict(int limit) : limit(limit)
        {
        }

        __attribute__((noinline)) int check(const item &one) const override
        {
                const item *looked_at = one.price > limit ? nullptr : &one;

                return price_of(looked_at) + 1;
        }

      private:
        int limit;
};

} // namespace

std::unique_ptr<checker> make_checker(int limit)
{
        return std::make_unique<strict>(limit);
}

__attribute__((noinline)) int each(const ring<item, 3> &items, const std::function<int(const item &)> &visitor)
{
        return items.visit([&](const item &one) { return visitor(one) + 1; });
}

} // namespace shop
