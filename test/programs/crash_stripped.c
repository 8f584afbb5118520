/* The faults of crash_fault, in a program without any symbol.
   flags: -s */
#include "crash_fault.c"
