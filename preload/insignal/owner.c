/* Who runs here: told by a page that the kernel wipes in forked copies. */
#include "insignal/owner.h"

#include <sys/mman.h>

#include "sys.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

static struct owner fallback;
static _Atomic(struct owner *) page;

struct owner *owner_page(void)
{
        struct owner *known = atomic_load_explicit(&page, memory_order_acquire);
        struct owner *expected = NULL;
        long address;

        if (__builtin_expect(known != NULL, 1))
                return known;
        address = sys(__NR_mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        /* before Linux 4.14 madvise fails: then a changed pid is taken for a fork, and vfork children write here too */
        if (address > 0 || address < -4095)
                (void)sys(__NR_madvise, address, 4096, MADV_WIPEONFORK);
        known = address < 0 && address >= -4095 ? &fallback : (struct owner *)address;
        atomic_store(&known->pid, sys_getpid());
        atomic_store(&known->stacks_pid, sys_getpid());
        if (atomic_compare_exchange_strong(&page, &expected, known))
                return known;
        if (known != &fallback)
                (void)sys(__NR_munmap, known, 4096); /* another thread was faster */
        return expected;
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
        atomic_store(&owner->since_ns, sys_now(CLOCK_MONOTONIC));
        return true;
}

bool owner_is_young(void)
{
        uint64_t since = atomic_load(&owner_page()->since_ns);

        return since && sys_now(CLOCK_MONOTONIC) - since < 1000000000u;
}
