/* What this libc and this kernel make of a sigaction: asked once of both, so that answers from the table are theirs. */
#ifndef SIGGUARD_LIBC_FORM_H
#define SIGGUARD_LIBC_FORM_H

#include <signal.h>
#include <stdbool.h>

#include "sys.h"

/* Asks once, before the first answer that the kernel did not give itself. Safe in a signal handler. */
void libc_form_learn(void);

/* action as a later query would show it: SA_RESTORER and restorer, KILL and STOP out of the mask, known flags only. */
struct kernel_action libc_form(const struct sigaction *action);

/* glibc copies sa_restorer into the answer, musl leaves that member alone. */
bool libc_answers_restorer(void);

#endif
