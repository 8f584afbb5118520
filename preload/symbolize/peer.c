/* The helper's end of the socket: one question, one answer, never an endless wait. */
#include "peer.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "../protocol.h"
#include "live.h"

static uint64_t limit_ns;
static bool broken;

void peer_deadline(uint64_t deadline_ns)
{
        limit_ns = deadline_ns;
}

static int wait_ms(void)
{
        struct timespec now;

        if (!limit_ns)
                return -1;
        clock_gettime(CLOCK_MONOTONIC, &now);
        uint64_t now_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;

        return now_ns >= limit_ns ? 0 : (int)((limit_ns - now_ns) / 1000000u) + 1;
}

static int wait_for_answer(void)
{
        struct pollfd fd = {.fd = PROTOCOL_FD, .events = POLLIN};
        int ready;

        while ((ready = poll(&fd, 1, wait_ms())) < 0 && errno == EINTR)
                ;
        return ready < 0 ? -errno : ready ? 0 : -ETIMEDOUT;
}

static int send_question(const struct question *question, const char *text)
{
        struct iovec parts[2] = {
                {.iov_base = (void *)question, .iov_len = sizeof(*question)},
                {.iov_base = (void *)text, .iov_len = text ? question->length : 0},
        };
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = text ? 2 : 1};

        /* Only one question is ever under way, so there is room for it. */
        return sendmsg(PROTOCOL_FD, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

/* Takes one answer; a descriptor that nobody asked for is closed at once. */
static long take_answer(char *to, size_t room, int *descriptor)
{
        struct answer answer;
        union {
                struct cmsghdr header;
                char bytes[CMSG_SPACE(sizeof(int))];
        } control;
        struct iovec parts[2] = {{&answer, sizeof(answer)}, {to, room}};
        struct msghdr message = {
                .msg_iov = parts,
                .msg_iovlen = 2,
                .msg_control = &control,
                .msg_controllen = sizeof(control),
        };
        int error = wait_for_answer();
        ssize_t got;

        if (error)
                return error;
        while ((got = recvmsg(PROTOCOL_FD, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
                ;
        if (got < 0)
                return -errno;
        struct cmsghdr *passed = CMSG_FIRSTHDR(&message);
        if (passed && passed->cmsg_level == SOL_SOCKET && passed->cmsg_type == SCM_RIGHTS &&
            passed->cmsg_len == CMSG_LEN(sizeof(int))) {
                int fd;

                memcpy(&fd, CMSG_DATA(passed), sizeof(fd));
                if (descriptor)
                        *descriptor = fd;
                else
                        close(fd);
        }
        size_t copied = (size_t)got - sizeof(answer);

        if ((size_t)got < sizeof(answer) || answer.length > PROTOCOL_PAYLOAD ||
            (message.msg_flags & MSG_TRUNC ? answer.length <= copied : answer.length != copied))
                return -EPROTO;
        return answer.error ? (answer.error < 0 ? answer.error : -EPROTO) : (long)answer.length;
}

static long exchange(const struct question *question, const char *text, void *to, size_t room, int *descriptor)
{
        long result;

        if (broken)
                return -EPIPE;
        result = send_question(question, text);
        if (!result)
                result = take_answer(to, room, descriptor);
        /* After a lost or late answer the next one would be taken for it. */
        if (result == -EPROTO || result == -ETIMEDOUT || result == -EPIPE || result == -ECONNRESET || result == -EAGAIN)
                broken = true;
        return result;
}

long peer_ask(uint32_t kind, uint64_t address, uint32_t length, void *to, size_t room)
{
        struct question question = {.kind = kind, .length = length, .address = address};

        return live_pid() ? live_ask(kind, address, length, to, room) : exchange(&question, NULL, to, room, NULL);
}

int peer_tell(uint32_t kind, uint64_t address, const char *text, size_t length)
{
        struct question question = {.kind = kind, .address = address};

        question.length = (uint32_t)(length < PROTOCOL_LINES ? length : PROTOCOL_LINES);
        long got = exchange(&question, text, NULL, 0, NULL);

        return got < 0 ? (int)got : 0;
}

int peer_executable(void)
{
        struct question question = {.kind = ASK_EXECUTABLE};
        int descriptor = -1;
        long got;

        if (live_pid())
                return live_file(NULL);
        got = exchange(&question, NULL, NULL, 0, &descriptor);

        if (got < 0)
                return (int)got;
        return descriptor < 0 ? -ENOENT : descriptor;
}
