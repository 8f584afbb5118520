/* One of our lines as one JSON object, for collectors of logs (SIGGUARD_LOG_FORMAT=json). */
#include "insignal/log_json.h"

#include "insignal/words.h"

/* RFC 8259: a quote, a backslash and control characters are escaped; what is not ASCII becomes the code point of its byte. */
static void string(struct out *to, const char *key, const char *text, const char *end)
{
        out_text(to, key);
        out_text(to, "\":\"");
        for (; *text && to->at < end; text++) {
                if (*text == '"' || *text == '\\')
                        out_char(to, '\\');
                if (*text >= ' ' && *text < 127) {
                        out_char(to, *text);
                } else {
                        out_text(to, "\\u00");
                        out_bytes(to, (const uint8_t *)text, 1);
                }
        }
        out_char(to, '"');
}

void log_json(struct out *to, const char *message, enum log_level level, int signal)
{
        static const char *const levels[] = {"error", "warning", "info", "debug"};
        char name[16];
        struct out word = out_into(name, sizeof(name));

        out_text(to, "{\"time_ms\":");
        out_number(to, (int64_t)(sys_now(CLOCK_REALTIME) / 1000000u));
        out_text(to, ",\"level\":\"");
        out_text(to, levels[level]);
        out_text(to, "\",\"pid\":");
        out_number(to, sys_getpid());
        words_signal(&word, signal);
        string(to, ",\"signal", name, to->end);
        /* 10 bytes are left for the longest escaped byte and the end */
        string(to, ",\"program", guard.program ? guard.program : "", to->at + 128);
        string(to, ",\"message", message, to->end - 10);
        out_char(to, '}');
}
