/* A program with crash handlers of its own: crash_own recover|again|default|return|resethand|abort. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sigjmp_buf back;
static const char *way;

static void say(const char *text)
{
        puts(text);
        fflush(stdout);
}

static void handler(int number)
{
        say("own handler");
        if (!strcmp(way, "recover") || !strcmp(way, "again"))
                siglongjmp(back, 1);
        if (!strcmp(way, "default")) {
                signal(number, SIG_DFL);
                raise(number);
        }
        if (!strcmp(way, "return"))
                signal(number, SIG_DFL);
}

static void crash(int address)
{
        *(volatile int *)(long)address = 1;
}

int main(int argc, char **argv)
{
        struct sigaction action = {.sa_handler = handler};

        way = argc == 2 ? argv[1] : "";
        if (!strcmp(way, "resethand"))
                action.sa_flags = (int)SA_RESETHAND;
        sigaction(SIGSEGV, &action, NULL);
        sigaction(SIGABRT, &action, NULL);
        if (!strcmp(way, "abort"))
                abort();
        if (sigsetjmp(back, 1) == 0)
                crash(0x68);
        say("recovered");
        if (!strcmp(way, "again")) {
                signal(SIGSEGV, SIG_DFL);
                crash(0x70);
        }
        return 0;
}
