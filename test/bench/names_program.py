# Writes the sources of a program that crashes: its stack is known by construction, and the large one has much DWARF around it.
#
#   names_program.py large|small DIRECTORY     main.cc and stage_N.cc
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from frame_names import bare  # noqa: E402

STAGES = {"large": 8, "small": 2}
PARTS = 5  # instances of the ballast's templates in each unit

HEADERS = "algorithm chrono functional future iostream list map memory numeric optional random regex set sstream string " \
          "thread tuple unordered_map variant vector".split()

# Two frames and two inlined functions, each on a line that ends with its name. What a call returns is used, or it would be
# a jump.
STAGE = """%(headers)s
extern volatile int bottom;
int stage_%(next)d(int depth);

namespace shop_%(number)d {
template <class T> struct shelf {
        T each;
        template <class F> __attribute__((always_inline)) int visit(F act) const // shop_%(number)d::shelf::visit
        {
                return act(each) + 1; // shop_%(number)d::shelf::visit
        }
};
namespace {
__attribute__((always_inline)) inline int weigh(int depth)
{
        return %(call)s + bottom; // shop_%(number)d::(anonymous namespace)::weigh
}
}
}

__attribute__((noinline)) int stage_%(number)d(int depth)
{
        return shop_%(number)d::shelf<int>{depth}.visit([](int each) __attribute__((noinline)) { // stage_%(number)d
                return shop_%(number)d::weigh(each) + bottom; // stage_%(number)d::operator()
        }) + bottom;
}
"""

MAIN = """#include <stdio.h>
#include <time.h>
volatile int bottom;
int stage_0(int depth);

int main(int argc, char **)
{
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        printf("%lld\\n", (long long)now.tv_sec * 1000000000 + now.tv_nsec);
        fflush(stdout);
        return stage_0(argc) + bottom; // main
}
"""

BALLAST = """
namespace weight_%(number)d {
template <int N> struct part { int value; bool operator<(const part &other) const { return value < other.value; } };
template <int N> long long fill(const std::string &text)
{
        std::map<part<N>, std::vector<std::string>> sorted;
        std::unordered_map<std::string, std::variant<part<N>, std::string, std::tuple<int, part<N>>>> known;
        std::set<std::pair<int, part<N>>> seen;
        std::list<std::shared_ptr<part<N>>> all;
        std::function<int(const part<N> &)> weigh = [&](const part<N> &each) { return each.value + (int)known.size(); };

        for (std::size_t i = 0; i < text.size(); i++) {
                part<N> one{text[i]};

                sorted[one].push_back(text.substr(i));
                known[text.substr(i)] = one;
                seen.insert({weigh(one), one});
                all.push_back(std::make_shared<part<N>>(one));
        }
        all.sort([](auto &left, auto &right) { return *left < *right; });
        return std::accumulate(seen.begin(), seen.end(), 0LL, [&](long long sum, auto &each) {
                return sum + each.first + (long long)sorted[each.second].size();
        });
}
template <int... N> long long fill_all(const std::string &text, std::integer_sequence<int, N...>)
{
        return (fill<%(number)d * 100 + N>(text) + ...);
}
}
int ballast_%(number)d(int number)
{
        std::regex word("[a-z]+");

        return (int)weight_%(number)d::fill_all(std::regex_replace(std::to_string(number), word, "x"),
                                                 std::make_integer_sequence<int, %(parts)d>()) + number;
}
"""



def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as to:
        to.write(text)


def sources(kind):
    """file name: text"""
    large = kind == "large"
    headers = "".join("#include <%s>\n" % name for name in HEADERS if large)
    files = {"main.cc": MAIN}
    for number in range(STAGES[kind]):
        last = number == STAGES[kind] - 1
        call = "*(volatile int *)(long)(depth & 0)" if last else "stage_%d(depth + 1)" % (number + 1)
        stage = STAGE % {"headers": headers, "number": number, "next": number + 1, "call": call}
        files["stage_%d.cc" % number] = stage + (BALLAST % {"number": number, "parts": PARTS} if large else "")
    return files


def truth(kind):
    """(function, its lines, whether it is inlined), innermost first"""
    marked = {}
    for text in sources(kind).values():
        for number, line in enumerate(text.split("\n"), 1):
            if " // " in line:
                marked.setdefault(line.split(" // ")[1], set()).add(number)
    found = []
    for number in reversed(range(STAGES[kind])):
        for name, inlined in (("shop_%d::(anonymous namespace)::weigh", True), ("stage_%d::operator()", False),
                              ("shop_%d::shelf::visit", True), ("stage_%d", False)):
            found.append((bare(name % number), marked[name % number], inlined))
    return found + [("main", marked["main"], False)]


def main():
    kind, folder = sys.argv[1:]
    for name, text in sources(kind).items():
        write(folder, name, text)


if __name__ == "__main__":
    main()
