/* The crashes that the processor finds. Each function ends in the signal that kinds.c gives for its name. */
#ifndef STORM_HARDWARE_H
#define STORM_HARDWARE_H

#include "faults.h"

void hardware_null_read(const struct faults_scene *scene);
void hardware_null_write(const struct faults_scene *scene);
void hardware_wild_write(const struct faults_scene *scene);
void hardware_readonly_write(const struct faults_scene *scene);
void hardware_noncanonical(const struct faults_scene *scene);
void hardware_null_call(const struct faults_scene *scene);
void hardware_wild_jump(const struct faults_scene *scene);
void hardware_data_jump(const struct faults_scene *scene);
void hardware_lost_stack(const struct faults_scene *scene);
void hardware_overflow(const struct faults_scene *scene);
void hardware_illegal(const struct faults_scene *scene);
void hardware_trap(const struct faults_scene *scene);
void hardware_divide(const struct faults_scene *scene);
void hardware_truncated_file(const struct faults_scene *scene);

#endif
