/* Something of its own under the ledger's name, and what lies behind it: prints the first, and waits. */
/* flags: -rdynamic */
#include <stdio.h>
#include <unistd.h>

struct own {
        int first;
        char rest[60000];
};
struct own sigguard_ledger = {.first = 42};

int main(void)
{
        int changed = 0;

        for (unsigned i = 0; i < sizeof(sigguard_ledger.rest); i++)
                changed += sigguard_ledger.rest[i] != 0;
        printf("%d, %d bytes changed\nready\n", sigguard_ledger.first, changed);
        fflush(stdout);
        pause();
        return 0;
}
