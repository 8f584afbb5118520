// Templates and a class hierarchy that the two units of the C++ program share.
#ifndef CORPUS_ORDERS_H
#define CORPUS_ORDERS_H

namespace orders
{

struct item {
        int price;
        item *next;
};

class pricer
{
      public:
        virtual ~pricer() = default;
        virtual int price(const item *of, int rebate) const = 0;
};

template <typename T, int Width> class ring
{
      public:
        T &operator[](int index)
        {
                return slots[index % Width];
        }

        template <typename Each> int fold(Each each, int start)
        {
                for (int i = 0; i < Width; i++)
                        start = each(slots[i], start);
                return start;
        }

      private:
        T slots[Width] = {};
};

int sum(ring<item *, 4> &items, const pricer &how);

} // namespace orders

#endif
