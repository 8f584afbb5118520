/* Brings the finished report to where it was asked for, and never hangs over it. */
#ifndef SYMBOLIZE_DELIVER_H
#define SYMBOLIZE_DELIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "report.h"

/*
 * Writes a report to PROTOCOL_OUT_FD as the crash asks for it: each line behind journald's mark "<2>", as the words of a
 * JSON object, or as it is. Safe in a signal handler.
 */
bool deliver_print(const struct crash_facts *facts, const char *text, size_t length);

/* One message with fields to journald. */
bool deliver_journal(const struct report *report, const char *text);

/* The whole report as one file in report->facts.report_dir. Returns 0 or a negative errno. */
int deliver_file(const struct report *report, const char *text);

#endif
