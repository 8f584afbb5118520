/* Crashes below a function that keeps a floating-point value over the call: on aarch64 in a register of its caller's.
   flags: -O2 */
__attribute__((noinline, noipa)) static double reads(const volatile double *where)
{
        return *where;
}

__attribute__((noinline, noipa)) static double keeps(double value)
{
        return value * reads((const volatile double *)0) + value;
}

int main(void)
{
        return (int)keeps(2.5) + 1;
}
