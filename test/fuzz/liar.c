/* A crashed process that lies: stands in for the socket of the helper (outside.symbols). */
#include "liar.h"

#include <elf.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include "../../preload/protocol.h"
#include "../../preload/symbolize/machine.h"

#define MOST_PARTS 256
#define TIME_NS 300000000u /* what the helper is given for all its work */

static struct part {
        char kind;
        const uint8_t *bytes;
        size_t size;
} parts[MOST_PARTS];
static unsigned part_count, asked, registers_given;
static struct question question;

void liar_begin(const uint8_t *data, size_t size)
{
        part_count = asked = registers_given = 0;
        while (size >= 3 && part_count < MOST_PARTS) {
                size_t length = (size_t)data[1] | (size_t)data[2] << 8;

                if (length > size - 3)
                        length = size - 3;
                parts[part_count++] = (struct part){(char)data[0], data + 3, length};
                data += 3 + length;
                size -= 3 + length;
        }
}

static const struct part *find_part(char kind, unsigned index)
{
        for (unsigned i = 0; i < part_count; i++)
                if (parts[i].kind == kind && index-- == 0)
                        return &parts[i];
        return NULL;
}

static uint64_t address_of(const struct part *part)
{
        uint64_t address = 0;

        memcpy(&address, part->bytes, part->size < 8 ? part->size : 8);
        return address;
}

/* Packets are built here; at the place of an answer's header and payload. */
static uint8_t packet[sizeof(struct answer) + PROTOCOL_PAYLOAD];
static size_t packet_size;

static void answer(int error, const void *bytes, size_t size)
{
        struct answer head = {error, (uint32_t)size};

        memcpy(packet, &head, sizeof(head));
        if (size)
                memcpy(packet + sizeof(head), bytes, size);
        packet_size = sizeof(head) + size;
}

static void answer_part(const struct part *part, size_t from)
{
        size_t most = from < (part ? part->size : 0) ? part->size - from : 0;

        answer(part ? 0 : -ENOENT, part ? part->bytes + (most ? from : 0) : NULL,
               most < PROTOCOL_PAYLOAD ? most : PROTOCOL_PAYLOAD);
}

static void answer_crash(void)
{
        struct crash_facts facts;
        const struct part *part = find_part('C', 0), *plain = find_part('c', 0);
        struct timespec now;

        memset(&facts, 0, sizeof(facts));
        if (part)
                memcpy(&facts, part->bytes, part->size < sizeof(facts) ? part->size : sizeof(facts));
        clock_gettime(CLOCK_MONOTONIC, &now);
        facts.deadline_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec + TIME_NS;
        facts.version = PROTOCOL_VERSION;
        facts.size = sizeof(facts);
        facts.machine = MACHINE_NUMBER;
        if (plain)
                answer_part(plain, 0);
        else
                answer(0, &facts, sizeof(facts));
}

static void answer_ledger(void)
{
        struct ledger_facts facts;
        const struct part *part = find_part('L', 0);

        memset(&facts, 0, sizeof(facts));
        if (part)
                memcpy(&facts, part->bytes, part->size < sizeof(facts) ? part->size : sizeof(facts));
        memcpy(facts.magic, LEDGER_MAGIC, sizeof(facts.magic));
        facts.version = PROTOCOL_VERSION;
        facts.size = sizeof(facts);
        answer(0, &facts, sizeof(facts));
}

static void answer_memory(void)
{
        for (unsigned i = 0;; i++) {
                const struct part *part = find_part('m', i);
                uint64_t from;

                if (!part)
                        break;
                from = question.address - address_of(part);
                if (part->size <= 8 || from >= part->size - 8)
                        continue;
                size_t there = part->size - 8 - (size_t)from;

                answer(0, part->bytes + 8 + from, there < question.length ? there : question.length);
                return;
        }
        answer(-EFAULT, NULL, 0);
}

/* As an honest server, but for what is in the registers and on the stack: with the numbers of the threads. */
static void answer_stacks(void)
{
        static uint8_t stacks[8 * (sizeof(struct thread_stack) + STACK_TOP)];
        const struct part *names = find_part('T', 0);
        struct thread_stack stack;
        struct thread_facts facts;
        size_t size = 0;
        unsigned n = 0;

        for (const struct part *part; n < 8 && (part = find_part('R', registers_given)); n++, registers_given++) {
                size_t at = (size_t)(question.address + n) * sizeof(facts), known = sizeof(stack.registers);

                memset(&stack, 0, sizeof(stack));
                if (part->size < known)
                        known = part->size;
                memcpy(&stack.registers, part->bytes, known);
                stack.length = (uint32_t)(part->size - known < STACK_TOP ? part->size - known : STACK_TOP);
                if (names && at < names->size && names->size - at >= sizeof(facts)) {
                        memcpy(&facts, names->bytes + at, sizeof(facts));
                        stack.tid = facts.tid;
                }
                memcpy(stacks + size, &stack, sizeof(stack));
                size += sizeof(stack);
                memcpy(stacks + size, part->bytes + known, stack.length);
                size += stack.length;
        }
        answer(0, stacks, size);
}

static void answer_question(void)
{
        for (unsigned i = 0;; i++) {
                const struct part *lie = find_part('X', i);

                if (!lie)
                        break;
                if (!lie->size || lie->bytes[0] != asked)
                        continue;
                packet_size = lie->size - 1 < sizeof(packet) ? lie->size - 1 : sizeof(packet);
                memcpy(packet, lie->bytes + 1, packet_size);
                return;
        }
        switch (question.kind) {
        case ASK_CRASH:
                answer_crash();
                break;
        case ASK_MEMORY:
                answer_memory();
                break;
        case ASK_MAPS:
                answer_part(find_part('M', 0), question.address);
                break;
        case ASK_AUXV:
                answer_part(find_part('A', 0), 0);
                break;
        case ASK_THREADS:
                answer_part(find_part('T', 0), question.address * sizeof(struct thread_facts));
                break;
        case ASK_STACKS:
                answer_stacks();
                break;
        case ASK_LEDGER:
                answer_ledger();
                break;
        default:
                answer(0, NULL, 0);
        }
}

ssize_t outside_sendmsg(int socket, const struct msghdr *message, int flags)
{
        (void)socket, (void)flags;
        memcpy(&question, message->msg_iov[0].iov_base, sizeof(question));
        asked++;
        return (ssize_t)message->msg_iov[0].iov_len;
}

ssize_t outside_recvmsg(int socket, struct msghdr *message, int flags)
{
        size_t done = 0;

        (void)socket, (void)flags;
        answer_question();
        message->msg_controllen = 0;
        message->msg_flags = 0;
        for (size_t i = 0; i < message->msg_iovlen && done < packet_size; i++) {
                size_t piece = packet_size - done;

                if (piece > message->msg_iov[i].iov_len)
                        piece = message->msg_iov[i].iov_len;
                memcpy(message->msg_iov[i].iov_base, packet + done, piece);
                done += piece;
        }
        if (done < packet_size)
                message->msg_flags |= MSG_TRUNC;
        return (ssize_t)done;
}

int outside_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
        fds->revents = fds->events;
        return timeout_ms ? (int)count : 0;
}
