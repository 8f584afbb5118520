/* Something of its own under the ledger's name, in a library. */
int sigguard_ledger = 42;
