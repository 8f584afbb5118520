/* Who runs here: told by a page that the kernel wipes in forked copies. */
#include "insignal/owner.h"

#include "memory.h"
#include "sys.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

/* Pages of its own, however large the kernel's are. */
static union {
        struct owner owner;
        uint8_t pages[ARCH_PAGE_MOST];
} wiped __attribute__((aligned(ARCH_PAGE_MOST), section(".bss.wiped")));
static WRITTEN_AT_START bool is_wiped;

void owner_begin(void)
{
        int pid = sys_getpid();

        /* before Linux 4.14 madvise fails: then a changed pid is taken for a fork, and vfork children write here too */
        is_wiped = sys(__NR_madvise, &wiped, sizeof(wiped), MADV_WIPEONFORK) == 0;
        atomic_store(&wiped.owner.pid, pid);
        atomic_store(&wiped.owner.stacks_pid, pid);
}

struct owner *owner_page(void)
{
        return &wiped.owner;
}

bool owner_tells_forks(void)
{
        return is_wiped;
}

bool owner_is_self(void)
{
        struct owner *owner = owner_page();
        int pid = sys_getpid();
        int nobody = 0;

        if (atomic_load(&owner->pid) == pid)
                return true;
        if (!atomic_compare_exchange_strong(&owner->pid, &nobody, pid))
                return nobody == pid;
        atomic_store(&owner->forked, true);
        return true;
}

bool owner_is_leaving(void)
{
        struct owner *owner = owner_page();

        return atomic_load(&owner->leaving) && (int)(atomic_load(&owner->crash) >> 32) == sys_getpid();
}

/* When this process began, in hundredths of a second since boot: field 22 of /proc/self/stat (proc(5)); 0 if unknown. */
static uint64_t start_time(void)
{
        char text[512];
        int fd = sys_open("/proc/self/stat", 0, 0);
        long size = fd < 0 ? -1 : sys_read(fd, text, sizeof(text) - 1);
        const char *at = text;
        uint64_t ticks = 0;

        if (fd >= 0)
                (void)sys_close(fd); /* was only read */
        text[size > 0 ? size : 0] = 0;
        for (const char *behind = text; *behind; behind++)
                if (*behind == ')')
                        at = behind; /* the name before it may hold anything */
        for (unsigned field = 2; *at && field < 22; at++)
                field += *at == ' ';
        while (*at >= '0' && *at <= '9')
                ticks = ticks * 10 + (uint64_t)(*at++ - '0');
        return ticks;
}

bool owner_is_young(void)
{
        return atomic_load(&owner_page()->forked) && sys_now(CLOCK_BOOTTIME) / 10000000u - start_time() < 100;
}
