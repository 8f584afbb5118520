/* Picks the one architecture that this build is for. */
#ifndef SIGGUARD_ARCH_H
#define SIGGUARD_ARCH_H

#if defined(__x86_64__) && !defined(__ILP32__)
#include "arch/x86_64.h"
#elif defined(__aarch64__) && !defined(__ILP32__)
#include "arch/aarch64.h"
#else
#error "sigguard knows x86_64 and aarch64 (64-bit)"
#endif

#endif
