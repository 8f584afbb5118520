/* A living process in place of a crashed one: what peer.h asks is answered from /proc/PID, and nothing is changed there. */
#ifndef SYMBOLIZE_LIVE_H
#define SYMBOLIZE_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Opens the process whose pid text is, and copies its name. False if that is none, which has been said on stderr.
 * *error: 0, or a negative errno: -ESRCH (or -EIO, by the kernel's age) if it has no memory, -EACCES if that may not be
 * read. Once in the helper's life.
 */
bool live_open(const char *text, char *name, size_t room, int *error);

/* True also of a process that only waits for its parent to ask how it has ended. */
bool live_has_ended(void);

/* The process that was opened, or 0. */
int live_pid(void);

/* As peer_ask(). */
long live_ask(uint32_t kind, uint64_t address, uint32_t length, void *to, size_t room);

/* A file of the process by the name it has there (its root may be another one), or a negative errno. */
int live_file(const char *path);

/* Reads a small file below /proc/PID. Its length or a negative errno. */
long live_read(const char *name, void *to, size_t room);

/* The value of a line "Name:\tvalue" of /proc/PID/status; false if there is none. */
bool live_status(const char *name, char *to, size_t room);

/* The same for another file of such lines below /proc/PID. */
bool live_value(const char *file, const char *name, char *to, size_t room);

/* The user who owns the files that it makes. */
uid_t live_owner(void);

#endif
