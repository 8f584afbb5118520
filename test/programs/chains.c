/* Lets several libraries and itself make signal calls: chains [main:CALL | A:CALL | tail:A:SIGNAL | unload:A | storm | busy | exec]... */
/* flags: -rdynamic */
#include "calls.h"
#include <pthread.h>

static void *libraries[26];
static char names[26][4];
static sigjmp_buf back;

/* The library that LINKS holds under this letter, loaded when it is first needed. */
static void *library(char letter)
{
        char path[512];
        void **of = &libraries[letter - 'A'];

        snprintf(path, sizeof(path), "%s/%c.so", getenv("LINKS"), letter);
        snprintf(names[letter - 'A'], sizeof(names[0]), "%c ", letter);
        if (!*of)
                *of = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        return *of;
}

static void make_in(char letter, const char *text)
{
        void (*make)(const char *, const char *, sigjmp_buf *);

        make = (__typeof__(make))dlsym(library(letter), "chainlink_make");
        make(names[letter - 'A'], text, &back);
}

static void tail_call(char letter, const char *name)
{
        void (*call)(int) = (__typeof__(call))dlsym(library(letter), "chainlink_signal");

        make_in(letter, "none");
        call(calls_number(name));
}

static _Atomic int stop;

static void *come_and_go(void *letter)
{
        while (!stop) {
                make_in(*(char *)letter, "sigaction:USR1:handler+onstack");
                make_in(*(char *)letter, "sigaction:USR1:default");
        }
        return NULL;
}

/* Handlers of A and B come and go while C's receives 20,000 signals. */
static volatile int received;
static void count(int sig)
{
        received += sig != 0;
}

static void start_two(pthread_t *threads)
{
        static char letters[] = "AB";

        for (int i = 0; i < 2; i++)
                pthread_create(&threads[i], NULL, come_and_go, &letters[i]);
}

static void storm(void)
{
        pthread_t threads[2];

        signal(SIGUSR1, count);
        start_two(threads);
        for (int i = 0; i < 20000; i++)
                raise(SIGUSR1);
        stop = 1;
        for (int i = 0; i < 2; i++)
                pthread_join(threads[i], NULL);
        dprintf(1, "received %d\n", received);
}

int main(int argc, char **argv)
{
        calls_who = "main ";
        calls_jump = &back;
        for (volatile int i = 1; i < argc; i++) {
                if (sigsetjmp(back, 1))
                        continue;
                if (strncmp(argv[i], "main:", 5) == 0)
                        calls_make(argv[i] + 5);
                else if (strncmp(argv[i], "tail:", 5) == 0)
                        tail_call(argv[i][5], argv[i] + 7);
                else if (strncmp(argv[i], "unload:", 7) == 0)
                        dprintf(1, "unload %c: %d\n", argv[i][7], dlclose(libraries[argv[i][7] - 'A']));
                else if (strcmp(argv[i], "storm") == 0)
                        storm();
                else if (strcmp(argv[i], "busy") == 0)
                        start_two(&(pthread_t[2]){0}[0]);
                else if (strcmp(argv[i], "exec") == 0)
                        execl(argv[0], argv[0], "main:wait", NULL);
                else
                        make_in(argv[i][0], argv[i] + 2);
        }
        return 0;
}
