/* Crashes under many frames: crash_deep COUNT. No order of theirs comes three times in a row (Thue, Morse): none is folded. */
#include <stdlib.h>

static int deeper(int left);

static int to_the_left(int left)
{
        return deeper(left - 1) + 1;
}

static int to_the_right(int left)
{
        return deeper(left - 1) + 2;
}

static int deeper(int left)
{
        if (!left)
                return *(volatile int *)0x18;
        return __builtin_parity((unsigned)left) ? to_the_left(left) : to_the_right(left);
}

int main(int argc, char **argv)
{
        return argc == 2 ? deeper(atoi(argv[1])) : 64;
}
