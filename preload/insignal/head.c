/* The head line: what is known before anything risky is tried. */
#include "insignal/head.h"

#include <sys/prctl.h>

#include "insignal/log.h"
#include "insignal/modules.h"
#include "insignal/sender.h"
#include "insignal/task.h"
#include "insignal/words.h"
#include "memory.h"
#include "process.h"

extern __attribute__((visibility("hidden"))) const char __ehdr_start[];

void head_learn(struct crash *crash)
{
        struct crash_facts *facts = &crash->facts;
        stack_t stack;

        facts->version = PROTOCOL_VERSION;
        facts->size = sizeof(*facts);
        facts->pid = sys_getpid();
        facts->tid = sys_gettid();
        facts->code = crash->info->si_code;
        facts->error = crash->info->si_errno;
        facts->machine = ARCH_MACHINE;
        facts->access = arch_access(crash->context);
        facts->last_fault = arch_last_fault(crash->context);
        facts->time_ns = sys_now(CLOCK_REALTIME);
        facts->want = (guard.json ? WANT_JSON : 0) | (guard.all_threads ? WANT_ALL_THREADS : 0) |
                      (guard.log == LOG_JOURNAL ? WANT_JOURNAL : 0) | (guard.source ? WANT_SOURCE : 0) |
                      (guard.locals ? WANT_LOCALS : 0);
        memcpy(facts->siginfo, crash->info, sizeof(facts->siginfo));
        arch_registers(crash->context, &facts->registers);
        facts->thread_pointer = arch_thread_pointer(process_capabilities());
        facts->guard_base = (uint64_t)(uintptr_t)__ehdr_start;
        if (sys(__NR_sigaltstack, 0, &stack) == 0 && !(stack.ss_flags & SS_DISABLE)) {
                facts->stack_low = (uint64_t)(uintptr_t)stack.ss_sp;
                facts->stack_high = facts->stack_low + stack.ss_size;
        }
        text_copy(facts->program, sizeof(facts->program), guard.program);
        text_copy(facts->report_dir, sizeof(facts->report_dir), guard_paths.report_dir);
        if (line_is_json()) {
                struct out start = out_into(facts->line_start, sizeof(facts->line_start));

                line_json(&start, LEVEL_CRITICAL, facts->signal, facts->time_ns);
        }
        task_own_name(facts->thread);
        if (!facts->thread[0])
                /* Only where there is no /proc: prctl is in systemd's group @process, and a filter may kill for it. */
                (void)sys(__NR_prctl, PR_GET_NAME, facts->thread); /* at worst it stays empty */
        if (facts->code <= 0 && crash->info->si_pid != facts->pid)
                sender_learn(crash->info, &facts->sender);
        crash->by_abort = facts->signal == SIGABRT && facts->code <= 0 && crash->info->si_pid == facts->pid &&
                          crash_is_abort(crash->context);
}

static void print(struct crash *crash, bool with_module)
{
        struct crash_facts *facts = &crash->facts;
        struct out line = out_into(facts->head, sizeof(facts->head) - 1);
        int done;

        out_text(&line, "sigguard: ");
        out_escaped(&line, facts->program);
        out_char(&line, '[');
        out_number(&line, facts->pid);
        out_text(&line, "] thread ");
        out_number(&line, facts->tid);
        out_text(&line, " \"");
        out_escaped(&line, facts->thread);
        out_text(&line, "\" crashed: ");
        words_signal(&line, facts->signal);
        out_text(&line, ", ");
        if (crash->by_abort)
                out_text(&line, "abort() was called");
        else
                words_reason(&line, crash->info, facts->access, &facts->sender);
        out_text(&line, ", at ");
        if (with_module)
                modules_name(&line, arch_pc(crash->context));
        else
                out_hex(&line, arch_pc(crash->context));
        *line.at = '\n';
        line.at[1] = 0;
        done = crash_say(crash, facts->head);
        *line.at = 0;
        crash->head_is_out = true;
        if (done < 0)
                facts->degraded |= DEGRADED_HEAD_LOST;
}

void head_print(struct crash *crash)
{
        print(crash, true);
}

void head_print_again(struct crash *crash)
{
        if (!crash->head_is_out)
                print(crash, false);
}
