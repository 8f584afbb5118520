/* What is only shown if it was asked for, in the text report: source lines and variables. */
#ifndef SYMBOLIZE_TEXT_FACTS_H
#define SYMBOLIZE_TEXT_FACTS_H

#include <stdio.h>

#include "report.h"

void text_source(FILE *out, const struct report *report);
void text_locals(FILE *out, const struct report *report);

#endif
