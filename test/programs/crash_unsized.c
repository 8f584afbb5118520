/* Assembler functions: one without a size and without unwind rules, and behind it code with rules and without a name. */
#include <stdio.h>
#include <string.h>

#ifdef __x86_64__
#define LOAD "nop; mov (%rdi), %rax; ret\n"
#else
#define LOAD "nop; ldr x0, [x0]; ret\n"
#endif

/* clang-format off */
__asm__(".text\n"
        ".balign 64\n"
        ".globl edge_unsized\n"
        "edge_unsized: " LOAD
        ".balign 64\n"
        ".Lnameless: .cfi_startproc\n" LOAD ".cfi_endproc\n"
        ".balign 64\n"
        ".type edge_sized, %function\n"
        "edge_sized: " LOAD
        ".size edge_sized, .-edge_sized\n"
        ".data\n"
        ".balign 8\n"
        "edge_nameless: .quad .Lnameless\n"
        ".text\n");
/* clang-format on */

extern int edge_unsized(void *from);
extern int (*edge_nameless)(void *from) __attribute__((visibility("hidden")));

int main(int argc, char **argv)
{
        int (*volatile call)(void *) = argc > 1 && !strcmp(argv[1], "nameless") ? edge_nameless : edge_unsized;

        return call(NULL) + 1;
}
