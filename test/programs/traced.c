/*
 * A process to be looked at from outside: threads that sit in system calls and count those that were interrupted, and one
 * that runs. SIGTERM: all end, and it prints what each has counted. traced [MODE [FILE]]: "storm" also starts threads all
 * the time, "vfork" also has one in uninterruptible sleep; FILE holds a number that grows all the time.
 * traced send PID COUNT: sends so many signals, each of which is queued.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SPINS, SLEEPS, POLLS, READS, EPOLLS, SEMAPHORES, RECEIVES, SIGNALS, WAITS, KINDS };
static const char *const names[KINDS] = {"spins",      "sleeps",   "polls",   "reads", "epolls",
                                         "semaphores", "receives", "signals", "waits"};
static atomic_ulong calls[KINDS], interrupted[KINDS], started, nowhere, *progress = &nowhere;
static atomic_uint handled, ready;
static atomic_bool done;
static int pipes[KINDS][2], semaphore;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static long wait_in(int kind)
{
        struct timespec brief = {0, 20000000}, hour = {3600, 0};
        struct pollfd fd = {pipes[kind][0], POLLIN, 0};
        struct epoll_event event = {.events = EPOLLIN};
        struct sembuf take = {0, -1, 0};
        sigset_t user;
        char byte;
        int set;

        switch (kind) {
        case SLEEPS:
                ++*progress;
                return nanosleep(&brief, NULL);
        case POLLS:
                return poll(&fd, 1, -1);
        case READS:
                return read(fd.fd, &byte, 1);
        case EPOLLS:
                set = epoll_create1(0);
                epoll_ctl(set, EPOLL_CTL_ADD, fd.fd, &event);
                long result = epoll_wait(set, &event, 1, 3600000);
                close(set);
                return result;
        case SEMAPHORES:
                return semop(semaphore, &take, 1);
        case RECEIVES: /* with a limit of time the kernel never restarts it */
                setsockopt(fd.fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){3600, 0}, sizeof(struct timeval));
                return recv(fd.fd, &byte, 1, 0);
        case SIGNALS:
                sigemptyset(&user);
                sigaddset(&user, SIGUSR1);
                return sigtimedwait(&user, NULL, &hour);
        case WAITS:
                pthread_mutex_lock(&lock);
                pthread_cond_wait(&changed, &lock);
                pthread_mutex_unlock(&lock);
        }
        return 0;
}

__attribute__((noinline)) static void spin(void)
{
        while (!done)
                calls[SPINS]++;
}

static void *work(void *argument)
{
        int kind = (int)(long)argument;

        pthread_setname_np(pthread_self(), names[kind]);
        ready++;
        if (kind == SPINS)
                spin();
        while (!done) {
                errno = 0;
                if (wait_in(kind) < 0 && errno == EINTR)
                        interrupted[kind]++;
                calls[kind]++;
        }
        return NULL;
}

static void *brief(void *argument)
{
        started++;
        return argument;
}

static void *storm(void *argument)
{
        pthread_t thread;

        pthread_setname_np(pthread_self(), "storm");
        while (!done)
                if (!pthread_create(&thread, NULL, brief, NULL))
                        pthread_join(thread, NULL);
        return argument;
}

/* The parent of a vfork waits for its child as for a disk. */
static void *forks(void *argument)
{
        pthread_setname_np(pthread_self(), "forks");
        if (vfork() == 0) {
                usleep(3000000);
                _exit(0);
        }
        return argument;
}

static void handle(int signal)
{
        (void)signal;
        handled++;
}

static int send_signals(pid_t to, long count)
{
        while (count > 0)
                if (!sigqueue(to, SIGRTMIN, (union sigval){0}))
                        count--;
                else if (errno == EAGAIN)
                        usleep(1000);
                else
                        return 1;
        return 0;
}

int main(int argc, char **argv)
{
        struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
        pthread_t threads[KINDS + 1];
        sigset_t end;
        int signal, file = argc == 3 ? open(argv[2], O_RDWR | O_CREAT, 0600) : -1;

        if (file >= 0 && !ftruncate(file, 8))
                progress = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (argc > 3 && !strcmp(argv[1], "send"))
                return send_signals((pid_t)atoi(argv[2]), atol(argv[3]));
        semaphore = semget(IPC_PRIVATE, 1, 0600);
        sigaction(SIGRTMIN, &action, NULL);
        sigemptyset(&end);
        sigaddset(&end, SIGTERM);
        sigaddset(&end, SIGUSR1);
        pthread_sigmask(SIG_BLOCK, &end, NULL);
        sigdelset(&end, SIGUSR1);
        for (long i = 0; i < KINDS; i++) {
                socketpair(AF_UNIX, SOCK_STREAM, 0, pipes[i]);
                pthread_create(&threads[i], NULL, work, (void *)i);
        }
        if (argc > 1 && !strcmp(argv[1], "storm"))
                pthread_create(&threads[KINDS], NULL, storm, NULL);
        if (argc > 1 && !strcmp(argv[1], "vfork"))
                pthread_create(&threads[KINDS], NULL, forks, NULL);
        while (ready < KINDS)
                usleep(1000);
        usleep(50000); /* until they sit in their calls: a trace of one that is on its way proves less, but nothing wrong */
        printf("ready\n");
        fflush(stdout);
        sigwait(&end, &signal);
        semctl(semaphore, 0, IPC_RMID);
        done = true;
        for (int i = 0; i < KINDS; i++)
                (void)!write(pipes[i][1], "x", 1);
        pthread_kill(threads[SIGNALS], SIGUSR1);
        pthread_mutex_lock(&lock);
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
        for (int i = 0; i < KINDS; i++) {
                pthread_join(threads[i], NULL);
                printf("%s: %lu calls, %lu interrupted\n", names[i], calls[i], interrupted[i]);
        }
        printf("%u signals, %lu threads\n", handled, started);
        return 0;
}
