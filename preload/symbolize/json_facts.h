/* What is only shown if it was asked for, in the JSON report: source lines and variables. */
#ifndef SYMBOLIZE_JSON_FACTS_H
#define SYMBOLIZE_JSON_FACTS_H

#include <jansson.h>

#include "report.h"

json_t *json_source(const struct report *report);
json_t *json_locals(const struct report *report);

#endif
