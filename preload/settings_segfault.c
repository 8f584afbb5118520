/* SEGFAULT_*: the settings of glibc's libSegFault, which was removed in glibc 2.35; whoever used it keeps them. */
#include "settings_parts.h"

#include <signal.h>

#include "insignal/words.h"
#include "memory.h"
#include "sys.h"

/* The signals that libSegFault knows: of all others its list says nothing. */
static const int known[] = {SIGSEGV, SIGILL, SIGBUS, SIGSTKFLT, SIGABRT, SIGFPE};

static int upper(int byte)
{
        return byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte;
}

static bool is_word(char byte)
{
        return (byte >= '0' && byte <= '9') || (upper(byte) >= 'A' && upper(byte) <= 'Z');
}

/* Names in any case and with anything between them, or "all" alone. What it names is a crash, the others are left alone. */
static void read_signals(struct guard *to, const char *value)
{
        bool all = strlen(value) == 3 && upper(value[0]) == 'A' && upper(value[1]) == 'L' && upper(value[2]) == 'L';
        signal_set named = 0;

        while (*value) {
                size_t length = 0;
                int signal;

                while (*value && !is_word(*value))
                        value++;
                while (is_word(value[length]))
                        length++;
                signal = length ? words_signal_number(value, length) : 0; /* in any case */
                value += length;
                if (signal)
                        named |= set_of(signal);
        }
        for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++)
                to->action[known[i]] = all || named & set_of(known[i]) ? ACTION_CRASH : ACTION_LEAVE;
}

/* libSegFault opens it only at a crash, from where the program is then; we know no later place than the start. */
static void read_output(struct guard *to, const char *value)
{
        size_t length = 0;

        if (!*value)
                return;
        if (*value != '/') {
                long done = sys(__NR_getcwd, guard_paths.log, sizeof(guard_paths.log)); /* its length with the end */

                if (done < 2 || (size_t)done >= sizeof(guard_paths.log))
                        return;
                length = (size_t)done - 1;
                if (length > 1)
                        guard_paths.log[length++] = '/';
        }
        if (length + strlen(value) >= sizeof(guard_paths.log))
                return;
        text_copy(guard_paths.log + length, sizeof(guard_paths.log) - length, value);
        to->log = LOG_FILE;
}

void settings_read_segfault(char **environment, struct guard *to)
{
        for (char **entry = environment; entry && *entry; entry++) {
                const char *value;

                if ((value = text_after(*entry, "SEGFAULT_SIGNALS=")))
                        read_signals(to, value);
                else if ((value = text_after(*entry, "SEGFAULT_OUTPUT_NAME=")))
                        read_output(to, value);
                /* SEGFAULT_USE_ALTSTACK: every thread has an alternate stack here */
        }
}
