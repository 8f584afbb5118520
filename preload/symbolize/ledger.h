/* The service's ledger (struct ledger_facts), checked, and its parts in words. */
#ifndef SYMBOLIZE_LEDGER_H
#define SYMBOLIZE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>

#include "../protocol.h"

/* Asks the crashed process for it. Null if it has none that can be used. Static. */
const struct ledger_facts *ledger_ask(void);

/* Makes bytes of unknown origin harmless: ends all texts, empties impossible rows. False if it is no ledger of ours. */
bool ledger_check(struct ledger_facts *ledger);

void ledger_end_sender(struct sender_facts *sender);

/* The changes that are still known, oldest first: the first index, and one after the last. Null for a lost one. */
uint64_t ledger_first(const struct ledger_facts *ledger);
const struct change_facts *ledger_change(const struct ledger_facts *ledger, uint64_t number);

/* "default", "ignored", "on_term (libfoo.so+0x1139)"; path: with the whole path of the file. Static, like escape(). */
const char *ledger_handler(uint64_t handler, bool path);

/* What a program asked for: the handler, or all of a chain. Static, like escape(). */
const char *ledger_asked(const struct ledger_facts *ledger, int signal);

/* "pid 812 (logrotate), uid 0, unit logrotate.service". Static, like escape(). */
const char *ledger_sender(const struct sender_facts *sender);

/* "2026-11-21 07:12:03 UTC". Static, like escape(). */
const char *ledger_time(uint64_t time_ns);

#endif
