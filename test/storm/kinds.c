/* All ways to die in the storm, and how often each is taken. */
#include <signal.h>

#include "storm.h"

const struct storm_kind storm_kinds[] = {
        {"outside", BY_DRIVER, 0, 20, 0, 0, 0, 0, 0},
        {"outside-thread", BY_THREAD, 0, 20, 0, 0, 0, 0, 0},
        {"outside-burst", BY_BURST, 0, 10, 0, 1, 0, 0, 0},
        {"outside-early", BY_EARLY, 0, 6, 0, 0, 0, 0, 0},
        {"null-read", BY_SERVICE, SIGSEGV, 4, 0, 0, 0, 0, 0},
        {"null-write", BY_SERVICE, SIGSEGV, 4, 0, 0, 0, 0, 0},
        {"wild-write", BY_SERVICE, SIGSEGV, 4, 0, 0, 0, 0, 0},
        {"readonly-write", BY_SERVICE, SIGSEGV, 4, 0, 0, 0, 0, 0},
        {"noncanonical", BY_SERVICE, SIGSEGV, 4, 0, 0, 0, 0, 0},
        {"null-call", BY_SERVICE, SIGSEGV, 4, 0, 0, 0, 0, 0},
        {"wild-jump", BY_SERVICE, SIGSEGV, 4, 0, 0, 0, 0, 0},
        {"data-jump", BY_SERVICE, SIGSEGV, 4, 0, 0, 0, 0, 0},
        {"lost-stack", BY_SERVICE, SIGSEGV, 4, 0, 0, 0, 0, 0},
        {"overflow", BY_SERVICE, SIGSEGV, 6, 0, 0, 0, 0, 0},
        {"illegal", BY_SERVICE, SIGILL, 6, 0, 0, 0, 0, 0},
        {"trap", BY_SERVICE, SIGTRAP, 6, 0, 0, 0, 0, 0},
        {"divide", BY_SERVICE, SIGFPE, 6, 0, 0, 0, 0, 0},
        {"truncated-file", BY_SERVICE, SIGBUS, 6, 0, 0, 0, 0, 0},
        {"filtered-call", BY_SERVICE, SIGSYS, 6, 0, 0, 0, 0, 0},
        {"abort", BY_SERVICE, SIGABRT, 6, 0, 0, 0, 0, 0},
        {"double-free", BY_SERVICE, SIGABRT, 6, 0, 0, 0, 0, 0},
        {"raise", BY_SERVICE, 0, 6, 0, 0, 0, 0, 0},
        {"queue-to-self", BY_SERVICE, 0, 6, 0, 0, 0, 0, 0},
        {"other-thread", BY_SERVICE, 0, 6, 0, 0, 0, 0, 0},
        {"in-timer", BY_SERVICE, SIGSEGV, 20, 0, 0, 0, 0, 0},
        {"abort-in-timer", BY_SERVICE, SIGABRT, 8, 0, 0, 0, 0, 0},
        {"in-constructor", BY_SERVICE, SIGSEGV, 6, 0, 0, 0, 0, 0},
        {"after-main", BY_SERVICE, SIGSEGV, 6, 0, 0, 0, 0, 0},
        {"many-at-once", BY_SERVICE, SIGSEGV, 8, 0, 0, 0, 0, 0},
        {"mixed-at-once", BY_SERVICE, SIGILL, 8, 0, 1, 0, 0, 0},
        {"forked-child", BY_SERVICE, SIGSEGV, 8, 1, 0, 0, 0, 0},
        {"vfork-child", BY_SERVICE, SIGSEGV, 6, 1, 0, 1, 0, 0},
        {"null-read", BY_SERVICE, SIGSEGV, 10, 0, 0, 0, 1, 0},
        {"raise", BY_SERVICE, 0, 6, 0, 0, 0, 1, 0},
        {"null-read", BY_SERVICE, SIGSEGV, 6, 0, 0, 0, 0, 1},
        {"abort", BY_SERVICE, SIGABRT, 4, 0, 0, 0, 0, 1},
};
const unsigned storm_kind_count = sizeof(storm_kinds) / sizeof(storm_kinds[0]);
