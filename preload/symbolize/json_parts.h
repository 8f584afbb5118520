/* Parts of the JSON report: values, and the ledger of signals. */
#ifndef SYMBOLIZE_JSON_PARTS_H
#define SYMBOLIZE_JSON_PARTS_H

#include <jansson.h>

#include "report.h"

/* A number as text, because JSON's have no 64 bits. */
json_t *json_hex(uint64_t value);

/* Null and empty text becomes null; anything else is made valid UTF-8. */
json_t *json_words(const char *text);

/* What each guarded signal does, and how that changed; ledger may be null. */
json_t *json_signals(const struct ledger_facts *ledger);
json_t *json_changes(const struct ledger_facts *ledger);

/* Adds to the JSON of a frame what is known of its place: function, source line, inlined calls. */
void json_place(json_t *frame, const struct place *place, bool trampoline);

/* The threads of a living process and the modules of their frames. */
json_t *report_threads_json(const struct report *report);

/* An object, or null if the sender is not known. */
json_t *json_sender(const struct sender_facts *sender);

#endif
