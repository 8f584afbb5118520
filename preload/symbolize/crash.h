/* The helper of a crash: from the first question to the delivered report. */
#ifndef SYMBOLIZE_CRASH_H
#define SYMBOLIZE_CRASH_H

/* Returns the helper's exit code. */
int crash_main(void);

#endif
