/* The settings that are lists: signals and what they get, rules, names of programs. */
#include "settings_parts.h"

#include "insignal/words.h"
#include "memory.h"
#include "policy.h"
#include "process.h"
#include "settings.h"

/* The next word of a list, separated by blanks; false at the end. */
static bool next_word(const char **at, const char **word, size_t *length)
{
        while (**at == ' ' || **at == '\t' || **at == '\n')
                ++*at;
        *word = *at;
        while (**at && **at != ' ' && **at != '\t' && **at != '\n')
                ++*at;
        *length = (size_t)(*at - *word);
        return *length > 0;
}

static const char *const actions[] = {"leave", "ignore", "discard", "report", "crash"};
static const char *const rules[] = {"allow", "log", "protect", "veto", "chain"};
#define RULES 5

/* SIGNAL[,SIGNAL]=value: apply() for each signal; a signal that is wrong is told, the others count. */
static void read_assignment(struct reading *of, const char *word, size_t length, size_t equals, int value,
                            bool (*apply)(struct reading *of, int signal, int value, const char **expected))
{
        const char *expected = of->setting->expected;

        for (size_t start = 0, end; start <= equals; start = end + 1) {
                int signal;

                for (end = start; end < equals && word[end] != ','; end++)
                        ;
                signal = end > start ? words_signal_number(word + start, end - start) : 0;
                expected = "a signal's name, like HUP or SIGTERM";
                if (!signal || !apply(of, signal, value, &expected)) {
                        if (end > start)
                                settings_bad(of, word + start, end - start, expected);
                        else
                                settings_bad(of, word, length, of->setting->expected);
                }
        }
}

static bool apply_action(struct reading *of, int signal, int value, const char **expected)
{
        if (!policy_allows(signal, (enum action_kind)value, expected))
                return false;
        of->to->action[signal] = (uint8_t)value;
        return true;
}

static bool apply_rule(struct reading *of, int signal, int value, const char **expected)
{
        if (!policy_allows(signal, value == RULE_CHAIN ? ACTION_CHAIN : ACTION_LEAVE, expected))
                return false;
        of->to->rule[signal] = (uint8_t)value;
        of->ruled |= set_of(signal);
        return true;
}

size_t settings_equals(const char *word, size_t length)
{
        size_t at = 0;

        while (at < length && word[at] != '=')
                at++;
        return at;
}

void settings_read_policy(struct reading *of, const char *value)
{
        const char *word;
        size_t length, equals;
        int action;

        while (next_word(&value, &word, &length)) {
                equals = settings_equals(word, length);
                action = equals < length ? settings_index(word + equals + 1, length - equals - 1, actions, 5) : -1;
                if (action < 0)
                        settings_bad(of, word, length, of->setting->expected);
                else
                        read_assignment(of, word, length, equals, action, apply_action);
        }
}

/* veto leaves ILL and TRAP to libraries that probe the processor with them (OpenSSL); chain is not for crashes. */
static bool holds_for(int rule, int signal)
{
        const char *expected;

        if (rule == RULE_CHAIN)
                return policy_allows(signal, ACTION_CHAIN, &expected);
        return rule != RULE_VETO || (signal != SIGILL && signal != SIGTRAP);
}

/* A rule alone is for all signals, whatever their order in the list. */
void settings_read_override(struct reading *of, const char *value)
{
        const char *word, *at = value;
        size_t length, equals;
        int rule;

        while (next_word(&at, &word, &length)) {
                rule = settings_index(word, length, rules, RULES);
                for (int signal = 1; rule >= 0 && signal < GUARD_SIGNALS; signal++)
                        if (holds_for(rule, signal))
                                of->to->rule[signal] = (uint8_t)rule;
        }
        for (at = value; next_word(&at, &word, &length);) {
                equals = settings_equals(word, length);
                if (equals == length && settings_index(word, length, rules, RULES) >= 0)
                        continue;
                rule = equals < length ? settings_index(word + equals + 1, length - equals - 1, rules, RULES) : -1;
                if (rule < 0)
                        settings_bad(of, word, length, of->setting->expected);
                else
                        read_assignment(of, word, length, equals, rule, apply_rule);
        }
}

bool settings_matches(const char *pattern, size_t length, const char *text)
{
        const char *end = pattern + length, *star = NULL, *resume = NULL;

        while (*text) {
                if (pattern < end && *pattern == '*') {
                        star = ++pattern;
                        resume = text;
                } else if (pattern < end && (*pattern == '?' || *pattern == *text)) {
                        pattern++;
                        text++;
                } else if (star) {
                        pattern = star;
                        text = ++resume;
                } else {
                        return false;
                }
        }
        while (pattern < end && *pattern == '*')
                pattern++;
        return pattern == end;
}

/* Globs separated by blanks or commas: with a slash for the path, which is looked up for them, else for the name. */
bool settings_names_us(const struct guard *us, const char *list)
{
        char path[GUARD_PATH] = "";
        const char *word = list;

        for (;; word++) {
                size_t length = 0;
                bool is_path = false;

                for (; word[length] && word[length] != ' ' && word[length] != ','; length++)
                        is_path |= word[length] == '/';
                if (is_path && !path[0] && !process_link(path, sizeof(path)))
                        text_copy(path, sizeof(path), us->executable);
                if (length && settings_matches(word, length, is_path ? path : us->program))
                        return true;
                word += length;
                if (!*word)
                        return false;
        }
}

void settings_finish_rules(struct reading *of)
{
        for (int signal = 1; signal < GUARD_SIGNALS; signal++) {
                char name[16];
                struct out word = out_into(name, sizeof(name));

                if (!(of->ruled & set_of(signal)))
                        continue;
                words_signal(&word, signal);
                if (of->to->rule[signal] == RULE_CHAIN && of->to->action[signal] == ACTION_LEAVE)
                        of->to->action[signal] = ACTION_CHAIN;
                else if (of->to->rule[signal] == RULE_CHAIN && of->to->action[signal] == ACTION_CRASH)
                        settings_bad(of, name, out_length(&word),
                                     "a signal that SIGGUARD_POLICY does not make a crash");
                else if (of->to->action[signal] == ACTION_LEAVE)
                        settings_bad(of, name, out_length(&word),
                                     "a signal that is guarded: give it an action in SIGGUARD_POLICY, like report");
        }
}
