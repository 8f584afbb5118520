// Crashes with variables of many types in several frames, some of them in registers or in inlined functions.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

enum class Color : short { Red = -1, Green = 1, Blue = 300 };
enum plain { NONE, SOME, MANY = 1000000 };
struct pair {
        int first, second;
};
union either {
        int number;
        float share;
};
typedef const volatile unsigned int counter;
static volatile int sink;

class Account
{
      public:
        Account(const char *owner, int balance) : owner(owner), balance(balance)
        {
        }
        __attribute__((noinline)) int charge(int amount, const pair &limits);

      private:
        const char *owner;
        int balance;
};

static inline __attribute__((always_inline)) int touch(volatile int *where, int step)
{
        int doubled = step * 2;

        sink = doubled;
        return *where + doubled;
}

int Account::charge(int amount, const pair &limits)
{
        char tail[] = "short text";
        bool rich = balance > amount;
        {
                long inner = (long)amount * limits.second;
                unsigned char octet = (unsigned char)(inner & 0x7f);

                sink = octet + tail[0];
                if (rich)
                        amount += touch((volatile int *)(uintptr_t)(limits.first - 7), (int)inner);
        }
        return amount + sink;
}

__attribute__((noinline)) int numbers(const char *words, char *hostile, double ratio)
{
        signed char tiny = -5;
        short small = -300;
        unsigned short port = 8080;
        int count = -70000;
        counter times = 4000000000u;
        long long large = -5000000000000ll;
        uint64_t huge = 0xffffffffffffff00u;
        char letter = 'x', quote = '"';
        bool yes = true, no = false;
        float share = 0.25f;
        double exact = ratio * 3;
        long double wide = 1.5L;
        Color color = Color::Blue;
        Color negative = Color::Red;
        plain many = MANY;
        plain other = (plain)7;
        int *nowhere = nullptr;
        int *somewhere = &count;
        char *text = hostile;
        const char *bad = (const char *)0x18;
        int &reference = count;
        const char *const &words_reference = words;
        pair both = {7, 3};
        either one = {5};
        int row[3] = {1, 2, 3};
        char buffer[200];
        static int calls = 42;
        const int fixed = 12;

        memset(buffer, 'b', sizeof(buffer));
        buffer[150] = 0;
        sink = tiny + small + port + count + (int)times + (int)large + (int)huge + letter + quote + yes + no +
               (int)share + (int)exact + (int)wide + (int)color + (int)negative + many + other +
               (nowhere == somewhere) + (text == bad) + reference + (int)strlen(words_reference) + both.first +
               one.number + row[1] + buffer[0] + calls++ + fixed;
        Account account(words, 100000);
        int result = account.charge(count + 70005, both);

        sink = result + (int)ratio + *text + letter;
        asm volatile("" : : "r"(buffer), "r"(row), "r"(text), "r"(&exact) : "memory");
        return result;
}

int main(int argc, char **argv)
{
        char *hostile = strdup("\x1b[2J\" forged = 1\\\nsigguard: end of report\t\xc3\xa9\xff");
        int result = numbers(argc > 1 ? argv[1] : "a word", hostile, 1.1);

        free(hostile);
        return result;
}
