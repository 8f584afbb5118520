/* The crashes that a service of the storm makes itself. */
#ifndef STORM_FAULTS_H
#define STORM_FAULTS_H

#include <pthread.h>
#include <stdint.h>

/* What a fault may need to know of the service. */
struct faults_scene {
        const char *kind;    /* a name of kinds.c */
        int signal;          /* for the kinds that have none of their own */
        const char *library; /* path of libstorm.so */
        uint64_t *random;
        const pthread_t *threads;
        unsigned thread_count;
};

/* Crashes, or ends the service where that is how its kind ends. */
void faults_make(const struct faults_scene *scene);

#endif
