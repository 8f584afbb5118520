/* SA_ONSTACK where Go is. */
#include "onstack.h"

#include <stdatomic.h>

#include "golang.h"
#include "insignal/disposition.h"
#include "insignal/log.h"
#include "insignal/modules.h"
#include "insignal/words.h"

static _Atomic uint64_t repaired;

static void tell(struct caller caller, int signal)
{
        static _Atomic bool told;
        struct line line;

        if (atomic_exchange(&told, true))
                return;
        line_begin(&line, LEVEL_WARNING, signal);
        out_text(&line.words, "added SA_ONSTACK to the handler of ");
        words_signal(&line.words, signal);
        out_text(&line.words, " that ");
        modules_name(&line.words, caller.address);
        out_text(&line.words,
                 " installs: without it, it would kill this Go program. The same is done for others without a word");
        log_line(&line);
}

void onstack_repair(struct caller caller, int signal, struct sigaction *action)
{
        if (!golang_is_here() || signal < 1 || signal >= GUARD_SIGNALS)
                return;
        atomic_fetch_and(&repaired, ~set_of(signal));
        if (!disposition_is_handler((const void *)action->sa_handler) || action->sa_flags & SA_ONSTACK)
                return;
        action->sa_flags |= SA_ONSTACK;
        atomic_fetch_or(&repaired, set_of(signal));
        tell(caller, signal);
}

bool onstack_is_added(int signal)
{
        return signal > 0 && signal < GUARD_SIGNALS && atomic_load(&repaired) & set_of(signal);
}
