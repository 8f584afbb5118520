/* libunwind's remote interface, with tables of our own finding: it never searches, it only follows checked rules. */
#include "tables.h"

#include <errno.h>
#include <libunwind.h>
#include <string.h>

#include "cfi.h"
#include "machine.h"
#include "memory.h"

/*
 * Exported by libunwind for the makers of address spaces, and declared in no installed header (include/dwarf.h of its
 * sources).
 */
#define SEARCH_TABLE UNW_OBJ(dwarf_search_unwind_table)
extern int SEARCH_TABLE(unw_addr_space_t space, unw_word_t ip, unw_dyn_info_t *table, unw_proc_info_t *info, int want,
                        void *context);

/* Rules without loops need a few hundred reads at most. */
#define MOST_READS 100000

static struct {
        struct registers registers;
        const struct module *module;
        const struct rules *rules;
        unsigned int reads;
} now;

static int find_info(unw_addr_space_t space, unw_word_t ip, unw_proc_info_t *info, int want, void *context)
{
        unw_dyn_info_t table = {
                .start_ip = now.rules->start,
                .end_ip = now.rules->end,
                .format = UNW_INFO_FORMAT_REMOTE_TABLE,
                /* In words of the machine; one entry has two numbers of 4 bytes. */
                .u.rti = {.segbase = now.rules->base, .table_len = 1, .table_data = now.rules->table},
        };

        if (ip < now.rules->start || ip >= now.rules->end)
                return -UNW_ENOINFO;
        memset(info, 0, sizeof(*info));
        return SEARCH_TABLE(space, ip, &table, info, want, context);
}

/* libunwind takes back by itself what its own search made. */
static void put_info(unw_addr_space_t space, unw_proc_info_t *info, void *context)
{
        (void)space, (void)info, (void)context;
}

static int no_dynamic_info(unw_addr_space_t space, unw_word_t *list, void *context)
{
        (void)space, (void)list, (void)context;
        return -UNW_ENOINFO;
}

static int access_memory(unw_addr_space_t space, unw_word_t address, unw_word_t *value, int write, void *context)
{
        (void)space, (void)context;
        if (write || ++now.reads > MOST_READS)
                return -UNW_EINVAL;
        return cfi_word(now.module, address, value) || memory_word(address, value) ? 0 : -UNW_EINVAL;
}

static int access_register(unw_addr_space_t space, unw_regnum_t number, unw_word_t *value, int write, void *context)
{
        (void)space, (void)context;
        if (write || number < 0 || number > MACHINE_PC + (MACHINE_RETURN == 30))
                return -UNW_EBADREG;
        *value = now.registers.r[number];
        return 0;
}

static int access_float(unw_addr_space_t space, unw_regnum_t number, unw_fpreg_t *value, int write, void *context)
{
        (void)space, (void)number, (void)value, (void)write, (void)context;
        return -UNW_EBADREG;
}

static int no_resume(unw_addr_space_t space, unw_cursor_t *cursor, void *context)
{
        (void)space, (void)cursor, (void)context;
        return -UNW_EINVAL;
}

/*
 * At its start libunwind tries which system call tells it about memory of its own process. Here it reads only the other
 * one, and a service's filter may kill for the try: mincore is not in systemd's @system-service.
 */
int __wrap_mincore(void *address, size_t length, unsigned char *pages);
int __wrap_mincore(void *address, size_t length, unsigned char *pages)
{
        (void)address, (void)length, (void)pages;
        errno = ENOSYS;
        return -1;
}

static unw_addr_space_t open_space(void)
{
        static unw_accessors_t accessors = {
                .find_proc_info = find_info,
                .put_unwind_info = put_info,
                .get_dyn_info_list_addr = no_dynamic_info,
                .access_mem = access_memory,
                .access_reg = access_register,
                .access_fpreg = access_float,
                .resume = no_resume,
        };
        static unw_addr_space_t space;

        if (!space) {
                space = unw_create_addr_space(&accessors, 0);
                /* Recursion asks for the same instruction again and again; a cache for all threads would block signals
                 * around each look. */
                if (space)
                        unw_set_caching_policy(space, UNW_CACHE_PER_THREAD);
        }
        return space;
}

/* A register that the rules do not give back keeps its last value: better than none for what follows. */
static void take_registers(unw_cursor_t *cursor, unw_word_t pc, struct registers *to)
{
        unw_word_t value;

        for (int i = 0; i < MACHINE_PC; i++)
                if (!unw_get_reg(cursor, i, &value))
                        to->r[i] = value;
        to->r[MACHINE_PC] = machine_code_address(pc);
}

int tables_step(const struct frame *frame, const struct registers *from, struct registers *to)
{
        unw_addr_space_t space = open_space();
        uint64_t lookup = unwind_lookup(frame);
        struct module *module = modules_find(lookup);
        unw_cursor_t cursor;
        unw_word_t pc = 0;

        now.rules = module && space ? cfi_find(module, lookup) : NULL;
        if (!now.rules)
                return -1;
        now.module = module;
        now.registers = *from;
        /* The row of the call itself: a call that never returns may be the last instruction of its function. */
        now.registers.r[MACHINE_PC] = lookup;
        now.reads = 0;
        if (unw_init_remote(&cursor, space, NULL))
                return -1;
        int result = unw_step(&cursor);

        if (result < 0)
                return -1;
        /* Not MACHINE_PC: on aarch64 a step leaves that one alone, the caller's is in the column of the return address. */
        if (unw_get_reg(&cursor, UNW_REG_IP, &pc) || !pc)
                return 0;
        if (!result) /* aarch64 answers a failed step like the last frame */
                return -1;
        *to = *from;
        take_registers(&cursor, pc, to);
        return FOUND_TABLES;
}
