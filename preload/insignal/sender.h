/* Who sent a signal: what siginfo tells, and what /proc knows of that process as long as it lives. */
#ifndef SIGGUARD_SENDER_H
#define SIGGUARD_SENDER_H

#include <signal.h>

#include "insignal/out.h"
#include "protocol.h"

/* Looks the sender up: a few system calls. Safe in a signal handler. */
void sender_learn(const siginfo_t *info, struct sender_facts *to);

/* "pid 812 (logrotate), uid 0, unit logrotate.service", "the kernel", "an unknown process (...)". */
void sender_words(struct out *to, const siginfo_t *info, const struct sender_facts *sender);

#endif
