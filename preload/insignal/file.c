/* A report in the report directory: a file with a temporary name that is renamed when it is complete. */
#include "insignal/file.h"

#include <fcntl.h>

#include "insignal/out.h"
#include "memory.h"

static int write_all(int fd, const char *text)
{
        size_t rest = strlen(text);

        while (rest) {
                long done = sys(__NR_write, fd, text, rest);

                if (done <= 0)
                        return done < 0 ? (int)done : -ENOSPC;
                text += done;
                rest -= (size_t)done;
        }
        return 0;
}

/* "sigguard-service-4242-1700000000.txt", like the helper's; a slash in a program's name is impossible. */
static void name_file(struct out *to, const struct crash *crash, const char *suffix)
{
        out_text(to, crash->facts.report_dir);
        out_text(to, "/sigguard-");
        out_escaped_path(to, crash->facts.program);
        out_char(to, '-');
        out_number(to, crash->facts.pid);
        out_char(to, '-');
        out_number(to, (int64_t)(crash->facts.time_ns / 1000000000u));
        out_text(to, suffix);
}

int file_write(const struct crash *crash, const char *const parts[])
{
        static char name[GUARD_PATH + 128], unfinished[GUARD_PATH + 128];
        struct out to = out_into(name, sizeof(name)), temporary = out_into(unfinished, sizeof(unfinished));
        int fd, done = 0;

        name_file(&to, crash, ".txt");
        name_file(&temporary, crash, ".tmp");
        fd = sys_open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
        if (fd < 0)
                return fd;
        while (*parts && done == 0)
                done = write_all(fd, *parts++);
        (void)sys_close(fd); /* write errors of local files were told by write */
        if (done == 0)
                done = (int)sys(__NR_renameat2, -100, unfinished, -100, name, 0);
        if (done < 0)
                (void)sys(__NR_unlinkat, -100, unfinished, 0);
        return done;
}
