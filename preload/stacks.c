/* Alternate signal stacks: one for every thread. */
#include "stacks.h"

#include <sys/mman.h>

#include "insignal/owner.h"
#include "memory.h"

#define PAGE 4096u
/*
 * So much because a program's own handlers with SA_ONSTACK, which used to run on the thread's large stack where the
 * program has set up no other, now run here too; Go adopts it as its signal stack as well, and wants 64 KiB. It costs
 * address space, and memory only where it is touched.
 */
#define HANDLER_ROOM ((size_t)256 * 1024)
#define LOOKS 8 /* stacks that a new thread looks at before it maps one: the list ends at 9/8 of the living threads */

static WRITTEN_AT_START _Atomic(struct stack *) newest, hand;
static WRITTEN_AT_START size_t usable;

/*
 * The first stack lies in the library, above memory that is read-only once it is relocated (layout.ld): it costs no
 * mapping, and with its head elsewhere no page before a signal.
 */
static char first_room[HANDLER_ROOM + (size_t)64 * 1024] __attribute__((aligned(PAGE), section(".bss.first_stack")));
static WRITTEN_AT_START struct stack first;
static WRITTEN_AT_START bool first_fits;

/* Two kernel frames (AT_MINSIGSTKSZ: 1.8 KiB with SSE, 11 KiB with AMX) and the room for handlers. */
void stacks_prepare(size_t minimum, size_t page)
{
        usable = (2 * (minimum < 2048 ? 2048 : minimum) + HANDLER_ROOM + PAGE - 1) & ~(size_t)(PAGE - 1);
        first_fits = usable <= sizeof(first_room) && page == PAGE; /* a larger page below may be writable */
}

/*
 * Two mappings for each stack would halve the number of threads that vm.max_map_count allows: beyond so many, stacks are
 * small and without a page that faults, and the kernel makes one mapping of all that lie side by side.
 */
#define MOST_GUARDED 1024
#define SMALL_ROOM ((size_t)64 * 1024)

static struct stack *map_one(bool guarded)
{
        size_t total = guarded ? PAGE + usable : usable - HANDLER_ROOM + SMALL_ROOM;
        long low = sys(__NR_mmap, 0, total, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
        struct stack *stack;

        if (low < 0 && low >= -4095)
                return NULL;
        if (guarded)
                (void)sys(__NR_mprotect, low, PAGE, PROT_NONE); /* at worst an overflow is not caught */
        stack = (struct stack *)(low + (long)total - (long)((sizeof(*stack) + 63) & ~63u));
        stack->low = (char *)(guarded ? low + PAGE : low);
        stack->size = (size_t)((char *)stack - (char *)stack->low);
        return stack;
}

static struct stack *make_one(void)
{
        static WRITTEN_AT_START _Atomic unsigned count;
        unsigned number = atomic_fetch_add(&count, 1);
        struct stack *stack = &first, *before;

        if (number == 0 && first_fits)
                first = (struct stack){.low = first_room, .size = usable};
        else
                stack = map_one(number < MOST_GUARDED);
        if (!stack)
                return NULL;
        atomic_store(&stack->tid, STACK_TAKEN);
        before = atomic_load(&newest);
        do
                stack->next = before;
        while (!atomic_compare_exchange_weak(&newest, &before, stack));
        return stack;
}

/*
 * The process whose threads hold the stacks. In a forked child the other threads are gone, which the kernel tells for
 * each; only the thread that forked lives on under another tid, on the stack that it has.
 */
static int own_pid(void)
{
        struct owner *owner = owner_page();
        int known = atomic_load(&owner->stacks_pid);
        int pid = known && owner_tells_forks() ? known : sys_getpid();
        stack_t now;

        if (known == pid || atomic_exchange(&owner->stacks_pid, pid) == pid || sys(__NR_sigaltstack, 0, &now) < 0)
                return pid;
        for (struct stack *stack = atomic_load(&newest); stack; stack = stack->next)
                if (stack->low == now.ss_sp)
                        atomic_store(&stack->tid, sys_gettid());
        return pid;
}

/* The first thread's number, which is the process's, is nobody else's as long as there is the process. */
static bool is_gone(int tid, int pid)
{
        return tid > 0 && tid != pid && sys(__NR_tgkill, pid, tid, 0) == -ESRCH;
}

struct stack *stacks_take(void)
{
        int pid = own_pid();
        struct stack *stack = atomic_load(&hand);

        for (unsigned look = 0; look < LOOKS; look++) {
                int tid;

                if (!stack)
                        stack = atomic_load(&newest);
                if (!stack)
                        break;
                tid = atomic_load(&stack->tid);
                if ((tid == STACK_FREE || is_gone(tid, pid)) &&
                    atomic_compare_exchange_strong(&stack->tid, &tid, STACK_TAKEN)) {
                        atomic_store(&hand, stack->next);
                        return stack;
                }
                stack = stack->next;
        }
        atomic_store(&hand, stack);
        return make_one();
}

void stacks_give_back(struct stack *stack)
{
        atomic_store(&stack->tid, STACK_FREE);
}

void stacks_enter(struct stack *stack)
{
        const stack_t alternate = {.ss_sp = stack->low, .ss_size = stack->size};

        atomic_store(&stack->tid, sys_gettid());
        (void)sys(__NR_sigaltstack, &alternate, 0); /* large enough, and a new thread is on no other one */
}

struct stack *stacks_of(int tid)
{
        for (struct stack *stack = atomic_load(&newest); stack; stack = stack->next)
                if (atomic_load(&stack->tid) == tid)
                        return stack;
        return NULL;
}

bool stacks_own(const void *address)
{
        for (struct stack *stack = atomic_load(&newest); stack; stack = stack->next)
                if (address >= stack->low && (size_t)((const char *)address - (char *)stack->low) < stack->size)
                        return true;
        return false;
}
