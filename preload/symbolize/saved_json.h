/* Names the frames of saved JSON reports. */
#ifndef SYMBOLIZE_SAVED_JSON_H
#define SYMBOLIZE_SAVED_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define SAVED_JSON_MARK "{\"schema\":"

/* The report that begins in line at *start and ends before *end, to be freed with json_decref(); null if there is none. */
json_t *saved_json_find(const char *line, size_t *start, size_t *end);

/* True if it is one of our reports. */
bool saved_json_is_report(const json_t *object);

/* Makes the places of its frames without a source line, so that they are named with all others. */
void saved_json_place(json_t *report);

/* Writes the names into it. False if a frame stays without one; "not_named" says why. */
bool saved_json_fill(json_t *report);

#endif
