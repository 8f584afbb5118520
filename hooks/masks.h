/* Signal masks with the faults left out on the way to the kernel and put back on the way to the program. */
#ifndef SIGGUARD_MASKS_H
#define SIGGUARD_MASKS_H

#include "sys.h"

/* What a thread believes to have blocked but has not: remembered per thread, lost if 1024 threads do so at once. */
signal_set masks_hidden(void);
void masks_hide(signal_set faults);

/* The change by system call: 0, or -1 with errno. set and old may be null. */
int masks_change(int how, const signal_set *set, signal_set *old);

#endif
