/* For programs in other languages than C: their time begins now. */
#include "mark.h"

void mark_crash(void);
void mark_crash(void)
{
        *mark_place() = mark_clock();
}
