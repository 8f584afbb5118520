/* Fuzzing the settings: the input is an environment, one entry per line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "insignal/chain.h"
#include "insignal/disposition.h"
#include "insignal/guard.h"
#include "insignal/line.h"
#include "insignal/log.h"
#include "policy.h"
#include "settings.h"

#define MOST_ENTRIES 64
#define MOST_LENGTH 65536

struct guard guard;
struct guard_paths guard_paths;

/* What goes to stderr is one whole line of printable text, whatever was set. */
int log_write(int fd, const char *bytes, size_t size, unsigned wait_ms)
{
        (void)wait_ms;
        if (fd != 2 || !size || size > LINE_SIZE || bytes[size - 1] != '\n')
                abort();
        for (size_t i = 0; i < size - 1; i++)
                if (bytes[i] < ' ' || bytes[i] > '~')
                        abort();
        return 0;
}

/* SIGGUARD_LOG=/path is opened once to see whether it can be: here every second path can (noopen.h). */
int fuzz_open(const char *path, int flags, int mode)
{
        (void)flags, (void)mode;
        return strlen(path) % 2 ? -ENOENT : 0;
}

void log_close(int fd)
{
        (void)fd;
}

/* policy_install() is not called. */
struct kernel_action disposition_guarded(int signal)
{
        (void)signal;
        return (struct kernel_action){0};
}

void disposition_write(int signal, const struct disposition *state)
{
        (void)signal, (void)state;
}

uint64_t chain_owner(uint64_t address)
{
        return address;
}

void chain_set(int signal, const struct link *link, struct link *lost)
{
        (void)signal, (void)link, (void)lost;
}

int chain_apply(int signal, struct disposition *state)
{
        (void)signal, (void)state;
        return 0;
}

static void is_ended(const char *text, size_t room)
{
        if (!memchr(text, 0, room))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char *entries[MOST_ENTRIES + 1], *text, *line, *rest;
        unsigned count = 0;

        if (size > MOST_LENGTH)
                return 0;
        text = malloc(size + 1);
        memcpy(text, data, size);
        text[size] = 0;
        for (line = strtok_r(text, "\n", &rest); line && count < MOST_ENTRIES; line = strtok_r(NULL, "\n", &rest)) {
                const char *prefix = *line == 'J' ? "" : "SIGGUARD_";

                entries[count] = malloc(strlen(prefix) + strlen(line) + 1);
                strcpy(entries[count], prefix);
                strcat(entries[count++], line);
        }
        entries[count] = NULL;
        memset(&guard, 0, sizeof(guard));
        memset(&guard_paths, 0, sizeof(guard_paths));
        guard.executable = "/usr/bin/service";
        guard.program = guard.executable + 9;
        policy_defaults(&guard);
        (void)settings_read(entries, false, &guard);
        policy_complete(&guard);
        for (int signal = 1; signal < GUARD_SIGNALS; signal++)
                if (guard.action[signal] > ACTION_CHAIN || guard.rule[signal] > RULE_CHAIN)
                        abort();
        if (guard.timeout_ms && (guard.timeout_ms < 100 || guard.timeout_ms > 600000))
                abort();
        is_ended(guard_paths.log, sizeof(guard_paths.log));
        is_ended(guard_paths.report_dir, sizeof(guard_paths.report_dir));
        is_ended(guard_paths.helper, sizeof(guard_paths.helper));
        while (count)
                free(entries[--count]);
        free(text);
        return 0;
}
