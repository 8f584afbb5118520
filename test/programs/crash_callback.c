/* Crashes in a function that libc called: crash_callback qsort|atexit|signal|altsignal|nested. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int compare(const void *first, const void *second)
{
        if (*(const int *)first == *(const int *)second)
                return *(volatile int *)0x28;
        return *(const int *)first < *(const int *)second ? -1 : 1;
}

static void sort(void)
{
        int numbers[] = {5, 4, 3, 2, 1, 5};

        qsort(numbers, 6, sizeof(numbers[0]), compare);
}

static void at_exit(void)
{
        *(volatile int *)0x30 = 1;
}

static void on_signal(int number)
{
        if (number == SIGALRM && getenv("NESTED"))
                raise(SIGUSR2);
        *(volatile int *)0x38 = number;
}

static void interrupted(int number)
{
        raise(number);
}

int main(int argc, char **argv)
{
        struct sigaction action = {.sa_handler = on_signal};
        const char *way = argc == 2 ? argv[1] : "";

        if (!strcmp(way, "qsort"))
                sort();
        if (!strcmp(way, "atexit")) {
                atexit(at_exit);
                exit(0);
        }
        if (!strcmp(way, "altsignal")) {
                stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};

                sigaltstack(&stack, NULL);
                action.sa_flags = SA_ONSTACK;
        }
        if (!strcmp(way, "nested"))
                setenv("NESTED", "1", 1);
        sigaction(SIGALRM, &action, NULL);
        sigaction(SIGUSR2, &action, NULL);
        interrupted(SIGALRM);
        return 64;
}
