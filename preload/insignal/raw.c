/* The raw form: addresses that "sigguard symbolize" can name later, and why there is nothing better. */
#include "insignal/raw.h"

#include "insignal/file.h"
#include "insignal/log.h"
#include "insignal/modules.h"
#include "memory.h"

#define MOST_FRAMES 64
#define STACK_BYTES 65536

static char text[16384];
static unsigned frames;

static void frame(struct out *to, uint64_t pc, const char *how)
{
        struct module in;

        out_text(to, "sigguard: raw #");
        out_number(to, frames++);
        out_text(to, " pc ");
        out_hex(to, pc);
        if (modules_find(pc, &in)) {
                out_char(to, ' ');
                out_escaped_path(to, in.path);
                out_char(to, '+');
                out_hex(to, pc - in.bias);
                out_text(to, " build-id ");
                out_bytes(to, in.build_id, in.build_id_size);
                if (!in.build_id_size)
                        out_char(to, '-');
        } else {
                out_text(to, " ? build-id -");
        }
        out_text(to, "  [");
        out_text(to, how);
        out_text(to, "]\n");
}

/* A return address follows a call. x86: e8 with 4 bytes, or ff /2 with 0 to 5 bytes; aarch64: bl or blr. */
static bool follows_call(uint64_t address)
{
        const uint8_t *at = (const uint8_t *)(uintptr_t)address;

        if (!modules_readable(address - 8, 8))
                return false;
#if defined(__x86_64__)
        if (at[-5] == 0xe8)
                return true;
        for (int length = 2; length <= 7; length++)
                if (at[-length] == 0xff && (at[1 - length] >> 3 & 7) == 2)
                        return true;
        return false;
#else
        {
                uint32_t word;

                memcpy(&word, at - 4, 4);
                return word >> 26 == 0x25 || (word & 0xfffffc1f) == 0xd63f0000;
        }
#endif
}

/* Every word of the stack that can be a return address, and which of them the frame pointers lead to. */
static void scan(struct out *to, const struct crash *crash)
{
        uint64_t sp = arch_sp(crash->context) & ~(uint64_t)7;
        uint64_t chain = arch_frame_pointer(crash->context);

        for (uint64_t at = sp; at < sp + STACK_BYTES && frames < MOST_FRAMES; at += 8) {
                struct module in;
                uint64_t word;
                bool linked = at == chain + 8;

                if ((at == sp || at % 4096 == 0) && !modules_readable(at, 8))
                        return;
                word = *(const uint64_t *)(uintptr_t)at;
                if (linked && modules_readable(chain, 8))
                        chain = *(const uint64_t *)(uintptr_t)chain;
                if (modules_find(word, &in) && follows_call(word))
                        frame(to, word, linked ? "frame pointer" : "stack scan");
        }
}

static const char *error_in_words(int error)
{
        switch (-error) {
        case EPERM:
                return "operation not permitted";
        case EACCES:
                return "permission denied";
        case ENOENT:
                return "no such file";
        case ENOEXEC:
                return "it is not the program of this build";
        case EAGAIN:
                return "too many processes";
        case ENOMEM:
                return "out of memory";
        case EBADF: /* dup3(2): a number above RLIMIT_NOFILE */
        case EMFILE:
        case ENFILE:
                return "too many open files";
        case EFBIG:
                return "no file may be so large (RLIMIT_FSIZE)";
        case ENOSYS:
                return "the kernel or a filter does not know the call";
        case EROFS:
                return "the file system is read-only";
        case ENOTDIR:
                return "not a directory";
        case ENOSPC:
                return "no space left";
        default:
                return NULL;
        }
}

static void degraded(struct out *to, const char *what, int error, const char *then)
{
        const char *words = error_in_words(error);

        out_text(to, "sigguard: degraded: ");
        out_text(to, what);
        if (error) {
                out_text(to, words ? ": " : ": error ");
                if (words)
                        out_text(to, words);
                else
                        out_number(to, -error);
        }
        out_text(to, then);
        out_char(to, '\n');
}

static void what_failed(struct out *to, const struct crash *crash)
{
        degraded(to, crash->failed_step ? crash->failed_step : "the helper ended before its report was out",
                 crash->failed_error, "; frames are unverified");
        if (crash->facts.degraded & DEGRADED_SECOND_CRASH)
                out_text(to, "sigguard: degraded: a step of this report crashed itself and was left out\n");
        if (crash->facts.degraded & DEGRADED_NO_THREADS)
                out_text(to, "sigguard: degraded: the other threads could not be listed\n");
        if (crash->facts.degraded & DEGRADED_HEAD_LOST)
                out_text(to, "sigguard: degraded: the first line could not be written in time\n");
}

/* The same text as a file, where one was asked for. */
static void put_in_directory(struct crash *crash, const char *end)
{
        const char *const parts[] = {crash->facts.head, "\n", crash->kept, text, end, NULL};
        static char line[LINE_SIZE];
        struct out to = out_into(line, sizeof(line));
        int failed;

        if (!crash->facts.report_dir[0] || (atomic_load(&crash->done) | atomic_load(&crash->filed)) & DONE_FILED)
                return;
        failed = file_write(crash, parts);
        if (failed == 0)
                return;
        degraded(&to, "no report could be written to SIGGUARD_REPORT_DIR", failed, "");
        (void)crash_say(crash, line); /* the last attempt to tell anything */
}

void raw_collect(struct crash *crash)
{
        struct out to = out_into(text, sizeof(text));

        if (atomic_load(&crash->done) & DONE_PRINTED)
                return;
        frames = 0;
        frame(&to, arch_pc(crash->context), "registers");
        scan(&to, crash);
}

void raw_print(struct crash *crash)
{
        static char end[2048];
        struct out to = out_into(end, sizeof(end));

        if (atomic_load(&crash->done) & DONE_PRINTED)
                return;
        if (atomic_load(&crash->kept_size)) {
                (void)crash_say(crash, "sigguard: frames as far as they were named\n");
                (void)crash_say(crash, crash->kept);
        }
        if (text[0] && text[strlen(text) - 1] != '\n')
                out_char(&to, '\n'); /* the collecting was left in the middle of a line */
        out_text(&to, "sigguard: raw end\n");
        what_failed(&to, crash);
        (void)crash_say(crash, text); /* a reader that is too slow can be told nothing */
        (void)crash_say(crash, end);
        put_in_directory(crash, end);
}
