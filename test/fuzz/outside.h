/* The world around the helper while it is fuzzed: nothing outside is touched, and every input finds it new. */
#ifndef FUZZ_OUTSIDE_H
#define FUZZ_OUTSIDE_H

/* Puts the helper's variables back to what they were at the first call, and frees what it has allocated. */
void outside_reset(void);

/* The one file that can be opened, while the descriptor is one. */
#define OUTSIDE_PATH "/file"
extern int outside_file;

#endif
