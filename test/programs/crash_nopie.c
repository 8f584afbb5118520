/* The faults of crash_fault, in a program that is not position-independent.
   flags: -no-pie */
#include "crash_fault.c"
