/* The asking end of what holds threads still: starts the holder, and ends it by closing its socket. */
#include "hold.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "holder.h"

static pid_t holder;
static int from_holder = -1;

static bool read_one(struct held *to)
{
        size_t done = 0;

        while (done < sizeof(*to)) {
                ssize_t got = read(from_holder, (char *)to + done, sizeof(*to) - done);

                if (got <= 0 && !(got < 0 && errno == EINTR))
                        return false;
                done += got > 0 ? (size_t)got : 0;
        }
        return to->tid != 0;
}

long hold_threads(int pid, unsigned int most_ms, struct held **all)
{
        int pair[2];
        size_t count = 0, room = 0;
        struct held one;

        *all = NULL;
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
                return -errno;
        holder = fork();
        if (holder == 0) {
                close(pair[0]);
                holder_main(pid, pair[1], most_ms);
        }
        close(pair[1]);
        from_holder = pair[0];
        if (holder < 0)
                return -EAGAIN;
        while (read_one(&one)) {
                if (count == room) {
                        struct held *larger = reallocarray(*all, room ? room * 2 : 64, sizeof(one));

                        if (!larger)
                                return -ENOMEM;
                        *all = larger;
                        room = room ? room * 2 : 64;
                }
                (*all)[count++] = one;
        }
        return (long)count;
}

void hold_release(void)
{
        if (from_holder >= 0)
                close(from_holder);
        from_holder = -1;
        /* Its end also frees those that never stopped. */
        while (holder > 0 && waitpid(holder, NULL, 0) < 0 && errno == EINTR)
                ;
        holder = 0;
}
