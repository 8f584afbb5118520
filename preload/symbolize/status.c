/* The status of a living process: its ledger, beside what the kernel says of its signals. */
#include "status.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"
#include "json_parts.h"
#include "ledger.h"
#include "live.h"
#include "maps.h"
#include "memory.h"
#include "modules.h"
#include "phrase.h"
#include "symbols.h"

enum { STATUS_GUARDED, STATUS_NOT, STATUS_TROUBLE };
enum { SIGNAL, KERNEL, GUARDED, ASKED, SWALLOWED, SENDER, CHANGE, COLUMNS };

static char name[64];
static struct sets {
        uint64_t caught, ignored; /* bit N - 1 is signal N */
} sets;

static int end(int status, const char *why)
{
        fprintf(stderr, "sigguard: %d (%s) %s\n", live_pid(), escape(name), why);
        return status;
}

static bool has_begun(uint64_t ledger)
{
        char magic[sizeof(LEDGER_MAGIC) - 1];

        return live_ask(ASK_MEMORY, ledger, sizeof(magic), magic, sizeof(magic)) == (long)sizeof(magic) &&
               memcmp(magic, LEDGER_MAGIC, sizeof(magic)) == 0;
}

/*
 * The module of the guard and its ledger's address: the library may have any file name, and another one something of
 * the ledger's name. Where none has begun it is the first.
 */
static uint64_t find_ledger(struct module **module)
{
        uint64_t first = 0;

        for (size_t i = 0; i < maps_count(); i++) {
                const struct mapping *mapping = maps_at(i);
                struct module *candidate;
                uint64_t address;

                if (mapping->offset || !mapping->inode || mapping->shared)
                        continue;
                candidate = modules_find(mapping->start);
                address = candidate ? symbols_data(candidate, LEDGER_NAME) : 0;
                if (!address || (first && !has_begun(address)))
                        continue;
                *module = candidate;
                if (has_begun(address))
                        return address;
                first = address;
        }
        return first;
}

/* The kernel's sets of signals. False if the process has ended: a zombie has empty ones. */
static bool read_kernel(struct sets *to)
{
        char caught[32], ignored[32];

        if (!live_status("SigCgt", caught, sizeof(caught)) || !live_status("SigIgn", ignored, sizeof(ignored)) ||
            live_has_ended())
                return false;
        to->caught = strtoull(caught, NULL, 16);
        to->ignored = strtoull(ignored, NULL, 16);
        return true;
}

/* What the kernel has; the ledger tells "guard" and "program" apart, which the kernel cannot. */
static const char *kernel_view(const struct signal_facts *row, bool *differs)
{
        uint64_t bit = (uint64_t)1 << (row->signal - 1);
        const char *is = sets.caught & bit ? "caught" : sets.ignored & bit ? "ignored" : "default";

        if (!strcmp(is, "caught") && (!strcmp(row->kernel_name, "guard") || !strcmp(row->kernel_name, "program")))
                return row->kernel_name;
        *differs |= strcmp(is, row->kernel_name) != 0;
        return is;
}

/* One look at both: what the service changed in between makes them differ. False if it could not be read. */
static bool look(uint64_t address, struct ledger_facts *to, bool *differs)
{
        if (!read_kernel(&sets) || live_ask(ASK_MEMORY, address, sizeof(*to), to, sizeof(*to)) != (long)sizeof(*to))
                return false;
        *differs = to->turn % 2;
        if (memcmp(to->magic, LEDGER_MAGIC, sizeof(to->magic)) == 0 && to->size == sizeof(*to) && ledger_check(to))
                for (int i = 1; i < LEDGER_SIGNALS; i++)
                        if (to->signals[i].signal)
                                (void)kernel_view(&to->signals[i], differs);
        return true;
}

/* The service goes on while it is read: a difference is believed only if it stays. */
static bool read_ledger(uint64_t address, struct ledger_facts *to)
{
        for (int i = 0; i < 50; i++) {
                bool differs;

                if (!look(address, to, &differs))
                        return false;
                if (!differs)
                        break;
                usleep(1000 + 100 * (unsigned)i);
        }
        return true;
}

static void fill_row(const struct ledger_facts *ledger, int signal, char *cells[COLUMNS], bool *differs)
{
        const struct signal_facts *row = &ledger->signals[signal];
        const struct signal_past *past = &ledger->past[signal];
        const struct change_facts *change = &past->change;
        bool other = false;
        const char *kernel = kernel_view(row, &other);
        bool plain = !strcmp(row->rule_name, "protect") || !strcmp(row->action_name, row->rule_name);

        cells[SIGNAL] = strdup(report_signal_name(row->signal));
        cells[KERNEL] = phrase("%s%s", kernel, other ? " (!)" : "");
        cells[GUARDED] =
                phrase("%s%s%s", escape(row->action_name), plain ? "" : ", ", plain ? "" : escape(row->rule_name));
        cells[ASKED] = strdup(ledger_asked(ledger, signal));
        cells[SWALLOWED] = phrase("%" PRIu64, past->swallowed);
        cells[SENDER] = past->last.pid == live_pid() ? strdup("itself")
                        : past->last.pid             ? strdup(ledger_sender(&past->last))
                                                     : strdup("-");
        cells[CHANGE] = change->time_ns ? phrase("%s, %s by %s in %s", ledger_time(change->time_ns),
                                                 escape(change->verdict_name), escape(change->hook_name),
                                                 ledger_handler(change->caller, false))
                                        : strdup("-");
        *differs |= other;
}

static void print_table(const struct ledger_facts *ledger)
{
        static const char *const titles[COLUMNS] = {"SIGNAL",    "KERNEL",      "GUARDED AS", "PROGRAM ASKED FOR",
                                                    "SWALLOWED", "LAST SENDER", "LAST CHANGE"};
        char *cells[LEDGER_SIGNALS][COLUMNS] = {{0}};
        int width[COLUMNS];
        bool differs = false;

        for (int i = 1; i < LEDGER_SIGNALS; i++)
                if (ledger->signals[i].signal)
                        fill_row(ledger, i, cells[i], &differs);
        for (int column = 0; column < COLUMNS; column++) {
                cells[0][column] = strdup(titles[column]);
                width[column] = 0;
                for (int i = 0; i < LEDGER_SIGNALS; i++)
                        if (cells[i][column] && (int)strlen(cells[i][column]) > width[column])
                                width[column] = (int)strlen(cells[i][column]);
        }
        for (int i = 0; i < LEDGER_SIGNALS; i++) {
                for (int column = 0; cells[i][0] && column < COLUMNS; column++)
                        printf("%-*s%s", column + 1 < COLUMNS ? width[column] : 0, cells[i][column],
                               column + 1 < COLUMNS ? "  " : "\n");
                for (int column = 0; column < COLUMNS; column++)
                        free(cells[i][column]);
        }
        if (differs)
                puts("(!) changed past the C library, so that the guard does not know of it");
}

static void print_json(const struct ledger_facts *ledger, const struct module *guard)
{
        json_t *root = json_pack("{s:i,s:i,s:o,s:o,s:o,s:o}", "schema", 1, "pid", live_pid(), "name", json_words(name),
                                 "library", json_words(guard->image.path), "version", json_words(ledger->release),
                                 "state", json_words(ledger->state));
        json_t *signals = json_signals(ledger), *row;
        size_t i;

        json_array_foreach(signals, i, row)
        {
                const char *signal = json_string_value(json_object_get(row, "signal"));

                for (int number = 1; number < LEDGER_SIGNALS; number++) {
                        bool differs = false;

                        if (ledger->signals[number].signal && !strcmp(report_signal_name(number), signal))
                                json_object_set_new(row, "kernel",
                                                    json_string(kernel_view(&ledger->signals[number], &differs)));
                }
        }
        json_object_set_new(root, "signals", signals);
        json_object_set_new(root, "changes", json_changes(ledger));
        json_object_set_new(root, "changes_lost", json_integer((json_int_t)ledger_first(ledger)));
        json_dumpf(root, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(root);
}

int status_print(const char *pid, bool json)
{
        static struct ledger_facts ledger;
        struct module *guard = NULL;
        uint64_t address;
        int error;

        if (!live_open(pid, name, sizeof(name), &error))
                return STATUS_TROUBLE;
        if (error || maps_load() || !modules_start(live_pid()))
                return end(STATUS_TROUBLE,
                           error == -EACCES || error == -EPERM
                                   ? "cannot be read: that is for its own user, and for root with CAP_SYS_PTRACE"
                                   : "cannot be read: it has no memory, or is just ending");
        address = find_ledger(&guard);
        if (!address)
                return end(STATUS_NOT, "is not guarded: no libsigguard.so is loaded in it");
        if (!read_ledger(address, &ledger))
                return end(STATUS_TROUBLE, "has ended");
        if (memcmp(ledger.magic, LEDGER_MAGIC, sizeof(ledger.magic)) != 0)
                return end(STATUS_NOT, "has libsigguard.so loaded, but its constructor has not run");
        ledger.release[sizeof(ledger.release) - 1] = 0;
        if (!ledger_check(&ledger)) {
                fprintf(stderr, "sigguard: %d (%s) is guarded by version %s, which only its own sigguard can read\n",
                        live_pid(), escape(name), escape(ledger.release));
                return STATUS_TROUBLE;
        }
        if (strcmp(ledger.state, "active") != 0)
                return end(STATUS_NOT,
                           "is not guarded: SIGGUARD_ONLY, SIGGUARD_SKIP or SIGGUARD_DISABLE leaves it out");
        if (json) {
                print_json(&ledger, guard);
                return STATUS_GUARDED;
        }
        printf("%d %s, guarded by %s, version %s\n", live_pid(), escape(name), escape(guard->image.path),
               escape(ledger.release));
        print_table(&ledger);
        return STATUS_GUARDED;
}
