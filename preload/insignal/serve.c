/* The server: answers the helper's questions from the crashed process's memory and /proc. */
#include "insignal/serve.h"

#include "insignal/ledger.h"
#include "insignal/modules.h"
#include "insignal/regions.h"
#include "insignal/threads.h"
#include "memory.h"
#include "process.h"

/* What a question may carry with it, and where answers that are no memory of the process are put together. */
static struct {
        struct question question;
        char text[PROTOCOL_LINES];
} asked;
static uint8_t scratch[PROTOCOL_PAYLOAD] __attribute__((aligned(16)));

/* One packet: the answer, then `length` bytes; fd: a descriptor to pass on, or -1. */
static long send_answer(int socket, int error, const void *bytes, uint32_t length, int fd)
{
        struct answer answer = {error, length};
        struct iovec parts[] = {{&answer, sizeof(answer)}, {(void *)(uintptr_t)bytes, length}};
        union {
                struct cmsghdr head;
                uint8_t space[CMSG_SPACE(sizeof(int))];
        } control = {.head = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

        if (fd >= 0) {
                memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
                message.msg_control = &control;
                message.msg_controllen = sizeof(control);
        }
        return sys(__NR_sendmsg, socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* The readable prefix: the kernel copies or says EFAULT, so no address can hurt us. */
static long serve_memory(int socket, uint64_t address, uint32_t length)
{
        uint64_t allowed;
        long done;

        if (length > PROTOCOL_PAYLOAD)
                return send_answer(socket, -EINVAL, NULL, 0, -1);
        allowed = regions_served(address, length);
        if (!allowed)
                return send_answer(socket, -EACCES, NULL, 0, -1);
        done = send_answer(socket, 0, (const void *)(uintptr_t)address, (uint32_t)allowed, -1);
        if (done != -EFAULT)
                return done;
        for (length = 0; length < allowed; length += 4096 - (uint32_t)((address + length) % 4096))
                if (!modules_readable(address + length, 1))
                        break;
        if (!length)
                return send_answer(socket, -EFAULT, NULL, 0, -1);
        return send_answer(socket, 0, (const void *)(uintptr_t)address, length, -1);
}

/* In order from 0; the descriptor stays open in between, so that the text is of one moment as far as it can be. */
static long serve_maps(int socket, uint64_t offset)
{
        static bool is_open;
        static int fd;
        uint32_t size = 0;
        long done = 1;

        if (offset == 0) {
                if (is_open)
                        (void)sys_close(fd);
                fd = sys_open("/proc/self/maps", 0, 0);
                is_open = fd >= 0;
        }
        if (fd < 0)
                return send_answer(socket, fd, NULL, 0, -1);
        while (done > 0 && sizeof(scratch) - size >= MAPS_ROOM) {
                done = sys_read(fd, scratch + size, sizeof(scratch) - size);
                size += done > 0 ? (uint32_t)done : 0;
        }
        return send_answer(socket, size || !done ? 0 : (int)done, scratch, size, -1);
}

static long serve_executable(int socket)
{
        int fd = sys_open("/proc/self/exe", 0, 0);
        long done = send_answer(socket, fd < 0 ? fd : 0, NULL, 0, fd);

        if (fd >= 0)
                (void)sys_close(fd);
        return done;
}

static long serve_threads(int socket, uint64_t first)
{
        struct thread_facts *facts = (struct thread_facts *)(void *)scratch;
        unsigned n = 0;

        while ((n + 1) * sizeof(*facts) <= sizeof(scratch) && threads_facts((unsigned)first + n, &facts[n]))
                n++;
        return send_answer(socket, 0, facts, n * (uint32_t)sizeof(*facts), -1);
}

#define STACKS_MOST (PROTOCOL_PAYLOAD / (sizeof(struct thread_stack) + STACK_TOP))
static struct thread_stack stacks[STACKS_MOST];

/* One packet of several threads: asking for each of them took two messages and two changes of process for each. */
static long serve_stacks(int socket, uint64_t first)
{
        static struct answer answer;
        static struct iovec parts[1 + 2 * STACKS_MOST];
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 1};
        long done;

        answer = (struct answer){0, 0};
        parts[0] = (struct iovec){&answer, sizeof(answer)};
        for (unsigned n = 0; n < STACKS_MOST && threads_stack((unsigned)first + n, &stacks[n]); n++) {
                uint64_t sp = stacks[n].registers.r[ARCH_SP];

                stacks[n].length = sp ? (uint32_t)regions_served(sp, STACK_TOP) : 0;
                parts[message.msg_iovlen++] = (struct iovec){&stacks[n], sizeof(stacks[n])};
                parts[message.msg_iovlen++] = (struct iovec){(void *)(uintptr_t)sp, stacks[n].length};
                answer.length += (uint32_t)sizeof(stacks[n]) + stacks[n].length;
        }
        done = sys(__NR_sendmsg, socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done != -EFAULT)
                return done;
        answer.length = 0;
        for (unsigned at = 1; at < message.msg_iovlen; at += 2) {
                stacks[at / 2].length = 0;
                parts[at + 1].iov_len = 0;
                answer.length += (uint32_t)sizeof(stacks[0]);
        }
        return sys(__NR_sendmsg, socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void keep_frames(struct crash *crash, const char *text, uint32_t length)
{
        uint32_t at = atomic_load(&crash->kept_size);

        if (length + 2 > CRASH_KEPT - at)
                return;
        memcpy(&crash->kept[at], text, length);
        crash->kept[at + length] = '\n';
        crash->kept[at + length + 1] = 0;
        atomic_store(&crash->kept_size, at + length + 1);
}

/* Answers one question; a negative errno if the helper cannot be talked to any more. */
static long serve_one(int socket, struct crash *crash, size_t size)
{
        const struct question *question = &asked.question;
        const void *auxv;
        size_t auxv_size;

        atomic_fetch_add(&crash->heard, 1);
        switch (question->kind) {
        case ASK_CRASH:
                return send_answer(socket, 0, &crash->facts, sizeof(crash->facts), -1);
        case ASK_MEMORY:
                return serve_memory(socket, question->address, question->length);
        case ASK_MAPS:
                return serve_maps(socket, question->address);
        case ASK_AUXV:
                auxv = process_auxv(&auxv_size);
                return send_answer(socket, auxv ? 0 : -ENOENT, auxv, (uint32_t)auxv_size, -1);
        case ASK_EXECUTABLE:
                return serve_executable(socket);
        case ASK_THREADS:
                return serve_threads(socket, question->address);
        case ASK_STACKS:
                return serve_stacks(socket, question->address);
        case ASK_LEDGER:
                return send_answer(socket, 0, &sigguard_ledger, sizeof(sigguard_ledger), -1);
        case TELL_FRAMES:
                if (question->length != size - sizeof(*question))
                        return send_answer(socket, -EINVAL, NULL, 0, -1);
                keep_frames(crash, asked.text, question->length);
                return send_answer(socket, 0, NULL, 0, -1);
        case TELL_FILED:
                atomic_fetch_or(&crash->filed, DONE_FILED);
                return send_answer(socket, 0, NULL, 0, -1);
        case TELL_DONE:
                atomic_store(&crash->done, (uint32_t)question->address);
                (void)send_answer(socket, 0, NULL, 0, -1); /* a helper that is gone has done its work */
                return -ESHUTDOWN;
        default:
                return send_answer(socket, -ENOSYS, NULL, 0, -1);
        }
}

void serve(int fd, struct crash *crash)
{
        if (!regions_learn())
                crash->facts.degraded |= DEGRADED_NO_PROC;
        for (;;) {
                uint64_t now = sys_now(CLOCK_MONOTONIC);
                struct pollfd ready = {.fd = fd, .events = POLLIN};
                long size;

                if (now >= crash->facts.deadline_ns || sys_poll(&ready, 1, crash->facts.deadline_ns - now) == 0) {
                        crash_failed("the helper took too long", 0);
                        return;
                }
                size = sys(__NR_recvfrom, fd, &asked, sizeof(asked), MSG_DONTWAIT | MSG_TRUNC, 0, 0);
                if (size == -EINTR || size == -EAGAIN)
                        continue;
                if (size < (long)sizeof(struct question) || size > (long)sizeof(asked)) {
                        crash_failed(size > 0 ? "the helper asked nonsense" : "the helper died", 0);
                        return;
                }
                if (serve_one(fd, crash, (size_t)size) < 0) {
                        if (!atomic_load(&crash->done))
                                crash_failed("the helper could not be answered", 0);
                        return;
                }
        }
}
