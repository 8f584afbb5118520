/* Sends a signal to one thread of another process: crash_tgkill PID TID NUMBER. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
        return argc != 4 || syscall(SYS_tgkill, atoi(argv[1]), atoi(argv[2]), atoi(argv[3]));
}
