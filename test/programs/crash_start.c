/* Is linked with a library whose constructor (CRASH_START set) or destructor (CRASH_END set) crashes.
   flags: -Wl,--no-as-needed -lcrash_start */
int main(void)
{
        return 0;
}
