/* Says in words what happened, where that is beyond doubt. */
#ifndef SYMBOLIZE_DIAGNOSE_H
#define SYMBOLIZE_DIAGNOSE_H

#include "report.h"

/* Adds the diagnosis lines; the frames have their names from symbol tables. */
void diagnose(struct report *report);

#endif
