/* Links a library whose constructor makes signal calls, and does nothing itself. */
/* flags: -Wl,--no-as-needed -lcaller */
int main(void)
{
        return 0;
}
