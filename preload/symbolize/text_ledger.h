/* The ledger in the text report: what each guarded signal does, and how that changed. */
#ifndef SYMBOLIZE_TEXT_LEDGER_H
#define SYMBOLIZE_TEXT_LEDGER_H

#include <stdio.h>

#include "report.h"

void text_signals(FILE *out, const struct report *report);
void text_changes(FILE *out, const struct report *report);

#endif
