/* A helper that lies: what it does is the name of the directory that it lies in. Talks the protocol of protocol.h. */
/* flags: -Ipreload -Wl,--build-id=sha1 */
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "protocol.h"

static char bytes[PROTOCOL_PAYLOAD * 2];

static void ask(uint32_t kind, uint32_t length, uint64_t address)
{
        struct question question = {kind, length, address};

        (void)!send(PROTOCOL_FD, &question, sizeof(question), MSG_NOSIGNAL);
        (void)!recv(PROTOCOL_FD, bytes, sizeof(bytes), 0);
}

static void rubbish(void)
{
        for (unsigned i = 0; i < 2000; i++) {
                for (unsigned j = 0; j < 64; j++)
                        bytes[j] = (char)rand();
                (void)!send(PROTOCOL_FD, bytes, 16 + i % 48, MSG_NOSIGNAL | MSG_DONTWAIT);
                (void)!recv(PROTOCOL_FD, bytes, sizeof(bytes), MSG_DONTWAIT);
        }
}

static void bad_addresses(void)
{
        static const uint64_t bad[] = {0, 1, 4095, 0x7fffffffffff, 0x800000000000, 0xffffffff80000000, UINT64_MAX};

        for (unsigned kind = 0; kind < 64; kind++)
                for (unsigned i = 0; i < 7; i++)
                        ask(kind == TELL_DONE ? 63 : kind, i % 2 ? UINT32_MAX : 65536, bad[i]);
}

static void tell_frame(const char *text)
{
        struct question question = {TELL_FRAMES, (uint32_t)strlen(text), 0};
        struct iovec parts[] = {{&question, sizeof(question)}, {(void *)text, strlen(text)}};

        (void)!writev(PROTOCOL_FD, parts, 2);
        (void)!recv(PROTOCOL_FD, bytes, sizeof(bytes), 0);
}

int main(void)
{
        char path[PATH_MAX] = "";

        signal(SIGPIPE, SIG_IGN);
        if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0)
                return 1;
        if (strstr(path, "/exits/"))
                return 0;
        if (strstr(path, "/rubbish/"))
                rubbish();
        if (strstr(path, "/empty/"))
                (void)!send(PROTOCOL_FD, bytes, 0, MSG_NOSIGNAL);
        if (strstr(path, "/huge/"))
                (void)!send(PROTOCOL_FD, bytes, sizeof(bytes), MSG_NOSIGNAL);
        if (strstr(path, "/addresses/"))
                bad_addresses();
        if (strstr(path, "/half/"))
                tell_frame("  #0   the_only_frame  that was named");
        while (strstr(path, "/frames/"))
                tell_frame("  #0   a_frame_that_never_ends");
        while (strstr(path, "/asks/"))
                ask(ASK_CRASH, 0, 0);
        if (strstr(path, "/half/") || strstr(path, "/addresses/"))
                abort();
        pause();
}
