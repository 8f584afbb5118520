/* A library that makes the signal calls it is told to make; copies of it are different modules. */
#include "calls.h"

void chainlink_make(const char *who, const char *text, sigjmp_buf *jump);
void chainlink_signal(int sig);

void chainlink_make(const char *who, const char *text, sigjmp_buf *jump)
{
        calls_who = who;
        calls_jump = jump;
        calls_make(text);
}

/* Compiled to a jump: to the callee it looks as if the caller had called signal(). */
__attribute__((optimize("O2"))) void chainlink_signal(int sig)
{
        signal(sig, calls_handler);
}
