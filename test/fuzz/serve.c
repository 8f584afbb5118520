/* Fuzzing the handler's end of the protocol: a lying helper asks what the input says, over a real socket. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "insignal/crash.h"
#include "insignal/serve.h"

#define MOST_QUESTIONS 64
#define ARENA (1u << 20) /* readable and not, page by page; low addresses in the input are meant to lie in it */

struct guard guard;
struct guard_paths guard_paths;
static uint8_t *arena;

static void make_arena(void)
{
        arena = mmap(NULL, ARENA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (unsigned at = 0; at < ARENA; at += 16 * 4096)
                mprotect(arena + at, 4096, PROT_NONE);
}

/* The handler's promise: one packet for each question, as long as it says, and never more than PROTOCOL_PAYLOAD. */
static void *read_answers(void *socket)
{
        static uint8_t packet[sizeof(struct answer) + PROTOCOL_PAYLOAD + 1];
        union {
                struct cmsghdr head;
                uint8_t space[CMSG_SPACE(sizeof(int))];
        } control;
        struct answer answer;
        ssize_t got;

        for (;;) {
                struct iovec part = {packet, sizeof(packet)};
                struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

                message.msg_control = &control;
                message.msg_controllen = sizeof(control);
                got = recvmsg(*(int *)socket, &message, 0);
                if (got <= 0)
                        return NULL;
                if (message.msg_controllen >= sizeof(struct cmsghdr)) {
                        int passed;

                        memcpy(&passed, CMSG_DATA(&control.head), sizeof(passed));
                        close(passed);
                }
                memcpy(&answer, packet, sizeof(answer));
                if (got < (ssize_t)sizeof(answer) || answer.length != (size_t)got - sizeof(answer) ||
                    answer.error > 0 || (answer.error && answer.length))
                        abort();
        }
}

/* The input: for each question two bytes of length, then so many bytes of a struct question and its text. */
static void ask(int socket, const uint8_t *data, size_t size)
{
        for (unsigned asked = 0; size > 2 && asked < MOST_QUESTIONS; asked++) {
                uint8_t packet[4096] = {0};
                struct question *question = (struct question *)(void *)packet;
                size_t length = ((size_t)data[0] | (size_t)data[1] << 8) % (sizeof(packet) + 1);
                size_t there = length < size - 2 ? length : size - 2;

                memcpy(packet, data + 2, there);
                if (length >= sizeof(*question) && question->address < ARENA && question->kind == ASK_MEMORY)
                        question->address += (uintptr_t)arena;
                if (send(socket, packet, length, MSG_NOSIGNAL) < 0)
                        return;
                data += 2 + there;
                size -= 2 + there;
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        int pair[2];
        pthread_t reader;

        if (!arena)
                make_arena();
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
                abort();
        memset(&crash_now, 0, sizeof(crash_now));
        crash_now.facts.pid = getpid();
        crash_now.facts.deadline_ns = sys_now(CLOCK_MONOTONIC) + 2000000000u;
        pthread_create(&reader, NULL, read_answers, &pair[1]);
        /* queued before they are answered: a socket holds some hundred small packets */
        ask(pair[1], data, size);
        shutdown(pair[1], SHUT_WR);
        serve(pair[0], &crash_now);
        close(pair[0]);
        pthread_join(reader, NULL);
        close(pair[1]);
        if (atomic_load(&crash_now.kept_size) >= CRASH_KEPT || crash_now.kept[atomic_load(&crash_now.kept_size)])
                abort();
        return 0;
}
