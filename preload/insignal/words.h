/* Numbers of the kernel as words: signals, fault codes. All of it is safe in a signal handler. */
#ifndef SIGGUARD_WORDS_H
#define SIGGUARD_WORDS_H

#include <signal.h>

#include "insignal/out.h"
#include "protocol.h"

/* "SIGSEGV"; "SIG63" for those without a name. */
void words_signal(struct out *to, int signal);

/* The number of a signal by its name, with or without SIG, or in digits; length: of the name. 0 if there is none. */
int words_signal_number(const char *name, size_t length);

/* Why: "read of unmapped address 0x18", "integer division by zero at ...", "sent by pid 812 (bash), uid 0". */
void words_reason(struct out *to, const siginfo_t *info, enum access_kind access, const struct sender_facts *sender);

#endif
