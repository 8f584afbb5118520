/* The process that holds another one's threads still (hold.h): the only code that uses ptrace(2). */
#ifndef SYMBOLIZE_HOLDER_H
#define SYMBOLIZE_HOLDER_H

/* Stops all threads of pid, writes a struct held for each to socket, and lets them go at its end or after most_ms. */
void holder_main(int pid, int socket, unsigned int most_ms) __attribute__((noreturn));

#endif
