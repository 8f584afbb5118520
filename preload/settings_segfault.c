/* SEGFAULT_*: the settings of glibc's libSegFault, which was removed in glibc 2.35; whoever used it keeps them. */
#include "settings_parts.h"

#include <signal.h>

#include "insignal/words.h"
#include "memory.h"
#include "sys.h"

/* The signals that libSegFault knows: of all others its list says nothing. */
static const int known[] = {SIGSEGV, SIGILL, SIGBUS, SIGSTKFLT, SIGABRT, SIGFPE};
#define KNOWN (sizeof(known) / sizeof(known[0]))

static int upper(int byte)
{
        return byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte;
}

static bool is_word(char byte)
{
        return (byte >= '0' && byte <= '9') || (upper(byte) >= 'A' && upper(byte) <= 'Z');
}

/* Names in any case and with anything between them, or "all" alone. What it names is a crash, the others are left alone. */
static void read_signals(struct reading *of, const char *value)
{
        const bool all =
                strlen(value) == 3 && upper(value[0]) == 'A' && upper(value[1]) == 'L' && upper(value[2]) == 'L';
        signal_set named = 0, could = 0;

        for (unsigned i = 0; i < KNOWN; i++)
                could |= set_of(known[i]);
        while (*value) {
                size_t length = 0;
                int signal;

                while (*value && !is_word(*value))
                        value++;
                while (is_word(value[length]))
                        length++;
                signal = length ? words_signal_number(value, length) : 0; /* in any case */
                if (signal && could & set_of(signal))
                        named |= set_of(signal);
                else if (length && !all)
                        settings_bad(of, value, length, of->setting->expected);
                value += length;
        }
        for (unsigned i = 0; i < KNOWN; i++)
                of->to->action[known[i]] = all || named & set_of(known[i]) ? ACTION_CRASH : ACTION_LEAVE;
}

/* libSegFault opens it only at a crash, from where the program is then; we know no later place than the start. */
static void read_output(struct reading *of, const char *value)
{
        size_t length = 0;

        if (!*value)
                return;
        if (*value != '/') {
                long done = sys(__NR_getcwd, guard_paths.log, sizeof(guard_paths.log)); /* its length with the end */

                length = done < 2 ? sizeof(guard_paths.log) : (size_t)done - 1;
                if (length > 1 && length < sizeof(guard_paths.log))
                        guard_paths.log[length++] = '/';
        }
        if (length + strlen(value) >= sizeof(guard_paths.log)) {
                settings_bad(of, value, strlen(value), of->setting->expected);
                return;
        }
        text_copy(guard_paths.log + length, sizeof(guard_paths.log) - length, value);
        of->to->log = LOG_FILE;
}

/* SEGFAULT_USE_ALTSTACK needs nothing done: every thread has an alternate stack here. */
static const struct setting settings[] = {
        {"SIGNALS", "segv, ill, bus, stkflt, abrt and fpe, or all alone", read_signals},
        {"OUTPUT_NAME", "a path of less than 1024 bytes", read_output},
};

void settings_read_segfault(char **environment, bool quiet, struct guard *to)
{
        struct reading of = {.to = to, .family = "SEGFAULT_", .quiet = quiet};

        for (char **entry = environment; entry && *entry; entry++) {
                const char *name = text_after(*entry, of.family);

                for (size_t i = 0; name && i < sizeof(settings) / sizeof(settings[0]); i++) {
                        const char *value = text_after(name, settings[i].name);

                        of.setting = &settings[i];
                        if (value && *value == '=')
                                settings[i].read(&of, value + 1);
                }
        }
}
