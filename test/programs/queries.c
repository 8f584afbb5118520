/* Asks for dispositions between the words "ask" and "change", and changes one between "change" and "end". */
#include <signal.h>
#include <unistd.h>

static const int guarded[] = {SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE, SIGSEGV, SIGABRT};
static int wrong;

static void ask(void)
{
        struct sigaction is;

        for (size_t i = 0; i < sizeof(guarded) / sizeof(guarded[0]); i++)
                wrong |= sigaction(guarded[i], NULL, &is);
}

int main(void)
{
        struct sigaction handler = {.sa_handler = SIG_IGN}, is = {.sa_handler = SIG_DFL};

        ask();
        wrong |= sigaction(SIGPIPE, &handler, NULL) | sigaction(SIGPIPE, &is, NULL);
        wrong |= write(1, "ask\n", 4) != 4;
        ask();
        wrong |= write(1, "change\n", 7) != 7;
        wrong |= sigaction(SIGPIPE, &handler, NULL);
        wrong |= write(1, "end\n", 4) != 4;
        return wrong;
}
