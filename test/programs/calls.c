/* Makes signal calls from main, from a signal handler, or from eight threads at once: calls WHERE CALL... [-- CALL...] */
#include "calls.h"
#include <pthread.h>

static char **wanted;
static int count, rounds = 1;

static void make_all(int sig)
{
        (void)sig;
        for (int round = 0; round < rounds; round++)
                for (int i = 0; i < count; i++)
                        calls_make(wanted[i]);
}

static void *make_in_thread(void *unused)
{
        make_all(0);
        return unused;
}

int main(int argc, char **argv)
{
        pthread_t threads[8];
        int next;

        for (next = 2; next < argc && strcmp(argv[next], "--"); next++)
                ;
        wanted = argv + 2;
        count = next - 2;
        if (argc > 1 && strcmp(argv[1], "handler") == 0) {
                signal(SIGWINCH, make_all);
                raise(SIGWINCH);
        } else if (argc > 1 && strcmp(argv[1], "threads") == 0) {
                calls_quiet = 1;
                rounds = 2000;
                for (int i = 0; i < 8; i++)
                        pthread_create(&threads[i], NULL, make_in_thread, NULL);
                for (int i = 0; i < 8; i++)
                        pthread_join(threads[i], NULL);
                calls_quiet = 0;
        } else {
                make_all(0);
        }
        for (next++; next < argc; next++)
                calls_make(argv[next]);
        return 0;
}
