/* The settings: one table of names, what each expects, and how it is read. */
#include "settings.h"

#include <fcntl.h>

#include "insignal/log.h"
#include "insignal/words.h"
#include "memory.h"
#include "settings_parts.h"
#include "policy.h"

static void print(struct line *line)
{
        size_t size;
        const char *start = line_end(line, false, &size);

        (void)log_write(2, start, size, 0); /* nowhere left to tell it */
}

/* NAME: "word": expected ... */
void settings_bad(const struct reading *of, const char *word, size_t length, const char *expected)
{
        char quoted[160];
        struct line line;

        if (of->quiet)
                return;
        text_copy(quoted, length + 1 < sizeof(quoted) ? length + 1 : sizeof(quoted), word);
        line_begin(&line, LEVEL_WARNING, 0);
        out_text(&line.words, of->family);
        out_text(&line.words, of->setting->name);
        out_text(&line.words, ": \"");
        out_escaped(&line.words, quoted);
        out_text(&line.words, "\": expected ");
        out_text(&line.words, expected);
        print(&line);
}

static void bad_value(const struct reading *of, const char *value)
{
        settings_bad(of, value, strlen(value), of->setting->expected);
}

/* The place of a word in a list of names, or -1. */
int settings_index(const char *word, size_t length, const char *const *names, int count)
{
        for (int i = 0; i < count; i++)
                if (strlen(names[i]) == length && !memcmp(names[i], word, length))
                        return i;
        return -1;
}

static void read_only(struct reading *of, const char *value)
{
        of->only_set = true;
        of->named = settings_names_us(of->to, value);
}

static void read_skip(struct reading *of, const char *value)
{
        of->skipped = settings_names_us(of->to, value);
}

static bool read_path(struct reading *of, const char *value, char *to, const char *expected)
{
        if (*value != '/' || strlen(value) >= GUARD_PATH) {
                settings_bad(of, value, strlen(value), expected);
                return false;
        }
        text_copy(to, GUARD_PATH, value);
        return true;
}

static void read_log(struct reading *of, const char *value)
{
        static const char *const targets[] = {"stderr", "journal", "none"};
        int target = settings_index(value, strlen(value), targets, 3);
        int fd;

        if (target >= 0) {
                of->to->log = (enum log_target)target;
                return;
        }
        if (!read_path(of, value, guard_paths.log, of->setting->expected))
                return;
        fd = sys_open(value, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK, 0640);
        if (fd < 0)
                settings_bad(of, value, strlen(value), "a file that can be written (stderr is used instead)");
        else
                of->to->log = LOG_FILE;
        log_close(fd);
}

/* settings_read() has looked for json before all others, because their mistakes are lines too. */
static void read_log_format(struct reading *of, const char *value)
{
        if (!text_equal(value, "json") && !text_equal(value, "text"))
                bad_value(of, value);
}

static void read_level(struct reading *of, const char *value)
{
        static const char *const levels[] = {"error", "warning", "info", "debug"};
        int level = settings_index(value, strlen(value), levels, 4);

        if (level < 0)
                bad_value(of, value);
        else
                of->to->level = LEVEL_ERROR + (unsigned)level;
}

static void read_report(struct reading *of, const char *value)
{
        of->to->json = text_equal(value, "json");
        if (!of->to->json && !text_equal(value, "text"))
                bad_value(of, value);
}

static void read_report_dir(struct reading *of, const char *value)
{
        struct stat is;

        read_path(of, value, guard_paths.report_dir, of->setting->expected);
        if (guard_paths.report_dir[0] && (sys(__NR_newfstatat, -100, value, &is, 0) < 0 || !S_ISDIR(is.st_mode) ||
                                          sys(__NR_faccessat, -100, value, W_OK | X_OK) < 0))
                settings_bad(of, value, strlen(value),
                             "a directory that can be written (it is tried again at a crash)");
}

static void read_threads(struct reading *of, const char *value)
{
        of->to->all_threads = !text_equal(value, "crashed");
        if (of->to->all_threads && !text_equal(value, "all"))
                bad_value(of, value);
}

static void read_timeout(struct reading *of, const char *value)
{
        unsigned number = 0;
        const char *at = value;

        while (*at >= '0' && *at <= '9' && number <= 600000)
                number = number * 10 + (unsigned)(*at++ - '0');
        if (*at || number < 100 || number > 600000)
                bad_value(of, value);
        else
                of->to->timeout_ms = number;
}

static void read_helper(struct reading *of, const char *value)
{
        if (read_path(of, value, guard_paths.helper, of->setting->expected) && sys(__NR_faccessat, -100, value, 1) < 0)
                settings_bad(of, value, strlen(value), "a program that can be executed (the carried helper is used)");
}

static bool read_switch(const struct reading *of, const char *value)
{
        if (!text_equal(value, "0") && !text_equal(value, "1"))
                bad_value(of, value);
        return text_equal(value, "1");
}

static void read_disable(struct reading *of, const char *value)
{
        of->skipped |= read_switch(of, value);
}

static void read_source(struct reading *of, const char *value)
{
        of->to->source = read_switch(of, value);
}

static void read_locals(struct reading *of, const char *value)
{
        of->to->locals = read_switch(of, value);
}

static const struct setting settings[] = {
        {"POLICY", "SIGNAL[,SIGNAL]=ignore, discard, report, crash or leave", settings_read_policy},
        {"OVERRIDE", "allow, log, protect, veto or chain, alone or as SIGNAL[,SIGNAL]=RULE", settings_read_override},
        {"ONLY", "names or paths of programs, with * and ?", read_only},
        {"SKIP", "names or paths of programs, with * and ?", read_skip},
        {"LOG", "stderr, journal, none or an absolute path", read_log},
        {"LOG_FORMAT", "text or json", read_log_format},
        {"LEVEL", "error, warning, info or debug", read_level},
        {"REPORT", "text or json", read_report},
        {"REPORT_DIR", "an absolute path", read_report_dir},
        {"THREADS", "all or crashed", read_threads},
        {"SOURCE", "0 or 1", read_source},
        {"LOCALS", "0 or 1", read_locals},
        {"TIMEOUT_MS", "milliseconds from 100 to 600000", read_timeout},
        {"HELPER", "an absolute path", read_helper},
        {"DISABLE", "0 or 1", read_disable},
};
#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

static const struct setting *setting_named(const char *name)
{
        for (size_t i = 0; i < SETTINGS; i++)
                if (text_equal(settings[i].name, name))
                        return &settings[i];
        return NULL;
}

static void unknown(const struct reading *of, const char *entry, size_t name)
{
        char quoted[64];
        struct line line;

        if (of->quiet)
                return;
        text_copy(quoted, name + 1 < sizeof(quoted) ? name + 1 : sizeof(quoted), entry);
        line_begin(&line, LEVEL_WARNING, 0);
        out_text(&line.words, "SIGGUARD_");
        out_escaped(&line.words, quoted);
        out_text(&line.words, ": no such setting; expected SIGGUARD_ and one of");
        for (size_t i = 0; i < SETTINGS; i++) {
                out_char(&line.words, ' ');
                out_text(&line.words, settings[i].name);
        }
        print(&line);
}

static void read_one(struct reading *of, const char *entry)
{
        size_t name = settings_equals(entry, strlen(entry));

        for (size_t i = 0; i < SETTINGS; i++) {
                if (strlen(settings[i].name) != name || memcmp(settings[i].name, entry, name) != 0)
                        continue;
                of->setting = &settings[i];
                if (entry[name] && entry[name + 1]) /* empty is as good as not set */
                        settings[i].read(of, entry + name + 1);
                return;
        }
        unknown(of, entry, name);
}

/* sd-daemon(3): "DEV:INODE" of the stream to the journal. */
static void read_journal_stream(const char *value, struct guard *to)
{
        uint64_t number[2] = {0, 0};

        for (unsigned i = 0; i < 2; i++, value += *value == ':')
                while (*value >= '0' && *value <= '9')
                        number[i] = number[i] * 10 + (uint64_t)(*value++ - '0');
        to->journal_dev = number[0];
        to->journal_ino = number[1];
}

static bool asks_for_json(char **environment)
{
        bool json = false;

        for (; environment && *environment; environment++) {
                const char *value = text_after(*environment, "SIGGUARD_LOG_FORMAT=");

                if (value)
                        json = text_equal(value, "json");
        }
        return json;
}

struct settings_scope settings_read(char **environment, bool quiet, struct guard *to)
{
        struct reading of = {.to = to, .family = "SIGGUARD_", .quiet = quiet};

        to->json_lines = asks_for_json(environment);
        settings_read_segfault(environment, quiet, to); /* ours come later and win */
        for (char **entry = environment; entry && *entry; entry++) {
                const char *rest = text_after(*entry, "SIGGUARD_");

                if (rest)
                        read_one(&of, rest);
                else if ((rest = text_after(*entry, "JOURNAL_STREAM=")))
                        read_journal_stream(rest, to);
        }
        of.setting = setting_named("OVERRIDE");
        settings_finish_rules(&of);
        return (struct settings_scope){!of.skipped && (!of.only_set || of.named), of.named};
}
