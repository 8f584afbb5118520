/* Ends threads in every way that C knows and prints what their makers see. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <threads.h>
#include <unistd.h>

static pthread_key_t key;

static void say(void *what)
{
        dprintf(1, "%s\n", (char *)what);
}

static void *returns(void *value)
{
        pthread_setspecific(key, "destructor ran");
        return value;
}

static void *exits(void *value)
{
        pthread_cleanup_push(say, "cleanup after pthread_exit");
        pthread_exit(value);
        pthread_cleanup_pop(0);
}

static void *is_cancelled(void *value)
{
        pthread_cleanup_push(say, "cleanup after cancellation");
        for (;;)
                pause();
        pthread_cleanup_pop(0);
        return value;
}

static void *shows_itself(void *value)
{
        char name[16] = "", *stack;
        size_t size = 0;
        pthread_attr_t attributes;

        pthread_getname_np(pthread_self(), name, sizeof(name));
        pthread_getattr_np(pthread_self(), &attributes);
        pthread_attr_getstack(&attributes, (void **)&stack, &size);
        dprintf(1, "name %s, stack %zu, a local variable is %s\n", name, size,
                name >= stack && name < stack + size ? "in it" : "elsewhere");
        return value;
}

static int c11_returns(void *value)
{
        return value ? 7 : 0;
}

static int c11_exits(void *value)
{
        thrd_exit(value ? 9 : 0);
}

static void make(const char *what, void *(*start)(void *), const pthread_attr_t *attributes, int cancel)
{
        pthread_t thread;
        void *value = NULL;
        int result = pthread_create(&thread, attributes, start, (void *)(intptr_t)42);

        if (result == 0 && cancel)
                pthread_cancel(thread);
        if (result == 0)
                pthread_join(thread, &value);
        dprintf(1, "%s: %s, %s\n", what, strerrorname_np(result) ? strerrorname_np(result) : "made",
                value == PTHREAD_CANCELED ? "cancelled"
                : value == (void *)42     ? "42"
                                          : "none");
}

int main(void)
{
        pthread_attr_t attributes;
        thrd_t c11;
        int value = 0;

        pthread_key_create(&key, say);
        make("returns", returns, NULL, 0);
        make("exits", exits, NULL, 0);
        make("is cancelled", is_cancelled, NULL, 1);
        make("shows itself", shows_itself, NULL, 0);
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN);
        make("smallest stack", returns, &attributes, 0);
        pthread_attr_setstacksize(&attributes, (size_t)1 << 46);
        make("impossible stack", returns, &attributes, 0);
        dprintf(1, "C11 returns: %d", thrd_create(&c11, c11_returns, &key));
        dprintf(1, " %d", thrd_join(c11, &value));
        dprintf(1, " %d\nC11 exits: %d", value, thrd_create(&c11, c11_exits, &key));
        dprintf(1, " %d", thrd_join(c11, &value));
        dprintf(1, " %d\n", value);
        /* the rest of the process outlives its main thread */
        pthread_create((pthread_t[]){0}, NULL, shows_itself, NULL);
        pthread_exit(NULL);
}
