/* Our own lines: they never kill the service, never wait for a reader, and what was lost is told in the next one. */
#ifndef SIGGUARD_LOG_H
#define SIGGUARD_LOG_H

#include "insignal/line.h"
#include "protocol.h"

/* Ends a line and writes it where SIGGUARD_LOG says, if its level is within SIGGUARD_LEVEL. Safe in a signal handler. */
void log_line(struct line *line);

/*
 * Opens where lines go and says in *priority whether they need journald's prefix: stderr for the journal, which takes
 * datagrams, and for a file that cannot be opened or has not taken a line of this crash (null: no line of a crash).
 * A negative errno if nowhere. log_close() gives it back.
 */
int log_open(const struct crash_facts *crash, bool *priority);
void log_close(int fd);

/* 2, or a negative errno if it is closed or holds the program's data: that is nobody's standard error. */
int log_stderr(void);

/*
 * Writes bytes in pieces that a pipe takes whole, waiting up to wait_ms in all for a slow reader. 0, or a negative
 * errno (-EAGAIN: the reader is too slow) with the rest not written. Signals that our write may cause (PIPE, XFSZ,
 * TTOU) are blocked around it and consumed.
 */
int log_write(int fd, const char *bytes, size_t size, unsigned wait_ms);

/*
 * Writes whole lines of a crash where SIGGUARD_LOG says, waiting up to wait_ms for a slow reader; 0, or a
 * negative errno with the rest lost. Safe in a signal handler.
 */
int log_report(const char *lines, const struct crash_facts *crash, unsigned wait_ms);

#endif
