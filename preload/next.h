/* The next function of each hooked name, found by walking the loader's list; the original is always next_NAME. */
#ifndef SIGGUARD_NEXT_H
#define SIGGUARD_NEXT_H

#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <threads.h>

typedef void (*signal_handler)(int);

/*
 * One row per hooked function: answer type, name, parameters. A hook that calls next_NAME gets null if no module
 * behind ours defines it. The look-up takes no lock and allocates nothing; it is safe in a signal handler.
 */
#define NEXT_FUNCTIONS(ROW)                                                                                            \
        ROW(int, sigaction, (int, const struct sigaction *, struct sigaction *))                                       \
        ROW(int, __sigaction, (int, const struct sigaction *, struct sigaction *))                                     \
        ROW(signal_handler, signal, (int, signal_handler))                                                             \
        ROW(signal_handler, bsd_signal, (int, signal_handler))                                                         \
        ROW(signal_handler, ssignal, (int, signal_handler))                                                            \
        ROW(signal_handler, sysv_signal, (int, signal_handler))                                                        \
        ROW(signal_handler, __sysv_signal, (int, signal_handler))                                                      \
        ROW(signal_handler, sigset, (int, signal_handler))                                                             \
        ROW(int, sighold, (int))                                                                                       \
        ROW(int, sigrelse, (int))                                                                                      \
        ROW(int, sigignore, (int))                                                                                     \
        ROW(int, siginterrupt, (int, int))                                                                             \
        ROW(int, sigprocmask, (int, const sigset_t *, sigset_t *))                                                     \
        ROW(int, pthread_sigmask, (int, const sigset_t *, sigset_t *))                                                 \
        ROW(int, sigblock, (int))                                                                                      \
        ROW(int, sigsetmask, (int))                                                                                    \
        ROW(int, sigaltstack, (const stack_t *, stack_t *))                                                            \
        ROW(int, pthread_create, (pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))                     \
        ROW(int, thrd_create, (thrd_t *, thrd_start_t, void *))

enum next_function {
#define ROW(type, name, parameters) NEXT_##name,
        NEXT_FUNCTIONS(ROW)
#undef ROW
                NEXT_COUNT
};

/* The address of the next function, or null. */
void *next_find(enum next_function function);

#define ROW(type, name, parameters)                                                                                    \
        typedef type(*next_##name##_type) parameters;                                                                  \
        static inline next_##name##_type next_##name##_find(void)                                                      \
        {                                                                                                              \
                return (next_##name##_type)next_find(NEXT_##name);                                                     \
        }
NEXT_FUNCTIONS(ROW)
#undef ROW

/* sigaction(2) by the next function, or by the system call if there is none. -1 and errno on failure. */
int next_sigaction(int signal, const struct sigaction *action, struct sigaction *old);

/* Whether another copy of this library comes before this one, so that the program's calls reach that. */
bool next_is_second_copy(void);

/* Whether a module itself defines a function of that name. */
bool next_symbol_in(const struct link_map *map, const char *name);

/* A defined function's address and size in any module behind ours, for those that we do not hook (abort). */
void *next_symbol(const char *name, size_t *size);

#endif
