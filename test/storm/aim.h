/* Finds whom to hit: a thread of the service, or a child that the library has made for its report. */
#ifndef STORM_AIM_H
#define STORM_AIM_H

#include "run.h"

/* A thread of the service that is there at this moment, by chance. */
pid_t aim_thread(struct run *run);

/* The first child of a process; silent: the first that ends without a signal to it, as the library's do. 0: none. */
pid_t aim_child(pid_t pid, bool silent);

#endif
