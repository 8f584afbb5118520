/* Changes its signal mask by the calls named, such as "sigprocmask:block:SEGV+HUP", and prints what is read back. */
#include "calls.h"
#include <pthread.h>
#include <sys/wait.h>

static unsigned long bits(char *words)
{
        unsigned long set = 0;

        for (char *rest = words, *word; (word = strsep(&rest, "+"));)
                set |= strcmp(word, "all") == 0 ? ~0UL : calls_number(word) ? 1UL << (calls_number(word) - 1) : 0;
        return set;
}

static void *show(void *who)
{
        sigset_t now;
        unsigned long kernel = 0;
        int result = pthread_sigmask(SIG_BLOCK, NULL, &now);

        syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &kernel, 8);
        dprintf(1, "%s: %d reads %#lx\nkernel %s: %#lx\n", (char *)who, result, calls_bits(&now), (char *)who, kernel);
        return NULL;
}

static void change(char *name, const char *how, char *words)
{
        sigset_t set = {{bits(words)}}, old = {{0}};
        int way = how[0] == 'b' ? SIG_BLOCK : how[0] == 'u' ? SIG_UNBLOCK : how[0] == 's' ? SIG_SETMASK : 77;
        void *call = dlsym(RTLD_DEFAULT, name);
        int result;

        errno = 0;
        if (strcmp(name, "sigblock") == 0 || strcmp(name, "sigsetmask") == 0)
                result = ((int (*)(int))call)((int)calls_bits(&set));
        else
                result = ((int (*)(int, const sigset_t *, sigset_t *))call)(way, &set, &old);
        dprintf(1, "%s: %d errno %d old %#lx\n", name, result, errno, calls_bits(&old));
}

int main(int argc, char **argv)
{
        static const char *const mask_calls[] = {"sigprocmask", "pthread_sigmask", "sigblock", "sigsetmask"};
        pthread_t thread;

        for (int i = 1; i < argc; i++) {
                char copy[128], *rest = copy, *name, *how;
                int is_mask = 0;

                snprintf(copy, sizeof(copy), "%s", argv[i]);
                name = strsep(&rest, ":");
                for (size_t each = 0; each < 4; each++)
                        is_mask |= strcmp(name, mask_calls[each]) == 0;
                if (is_mask && (how = strsep(&rest, ":"))) {
                        change(name, how, rest);
                        show("main");
                } else if (strcmp(name, "thread") == 0) {
                        pthread_create(&thread, NULL, show, "thread");
                        pthread_join(thread, NULL);
                } else if (strcmp(name, "fork") == 0) {
                        if (fork() == 0)
                                _exit(show("child") != NULL);
                        wait(NULL);
                } else {
                        calls_make(argv[i]);
                        show("main");
                }
        }
        return 0;
}
