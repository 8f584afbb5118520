/* Calls that are a function's last instruction, and a fault in a function's first, handled by a handler that aborts. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __x86_64__
#define LOAD "mov (%rdi), %rax; ret\n"
#else
#define LOAD "ldr x0, [x0]; ret\n"
#endif

/* clang-format off */
__asm__(".text\n"
        ".type border_before, %function\n"
        "border_before: " LOAD
        ".size border_before, .-border_before\n"
        ".globl border_first\n"
        ".type border_first, %function\n"
        "border_first: .cfi_startproc\n" LOAD ".cfi_endproc\n"
        ".size border_first, .-border_first\n");
/* clang-format on */

extern int border_first(const int *from);

__attribute__((noreturn)) static void give_up(int sig)
{
        (void)sig;
        abort();
}

/* The caller of these need not go on: what follows the call is the next function. */
__attribute__((noreturn, noinline)) static void never_returns(const int *from)
{
        _exit(border_first(from));
}

__attribute__((noinline)) static void last_call(const int *from)
{
        never_returns(from);
}

__attribute__((used, noinline)) static void border_behind(void)
{
        pause();
}

int main(void)
{
        signal(SIGSEGV, give_up);
        last_call(NULL);
}
