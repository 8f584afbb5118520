// A Go program with C inside: go_service WHAT. It prints "ready" where it waits to be sent something.
package main

/*
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int inner(int *pointer)
{
        return *pointer;
}

int outer(int *pointer)
{
        return inner(pointer) + 1;
}

static void *write_to_nobody(void *unused)
{
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
        socklen_t size = sizeof(address);
        int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), server;
        struct linger at_once = {1, 0};
        ssize_t written = 0;

        bind(listener, (struct sockaddr *)&address, size);
        listen(listener, 1);
        getsockname(listener, (struct sockaddr *)&address, &size);
        connect(client, (struct sockaddr *)&address, size);
        server = accept(listener, NULL, NULL);
        setsockopt(server, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        close(server);
        while (written >= 0 || errno == ECONNRESET)
                written = write(client, "x", 1);
        printf("foreign write: %s\n", strerror(errno));
        fflush(stdout);
        return unused;
}

static void *fault(void *unused)
{
        outer((int *)24);
        return unused;
}

static void in_foreign_thread(void *(*what)(void *))
{
        pthread_t thread;

        pthread_create(&thread, NULL, what, NULL);
        pthread_join(thread, NULL);
}

void foreign_write(void)
{
        in_foreign_thread(write_to_nobody);
}

void foreign_fault(void)
{
        in_foreign_thread(fault);
}

static void *wait_for_signals(void *unused)
{
        sigset_t none;

        sigemptyset(&none);
        for (;;)
                sigsuspend(&none);
        return unused;
}

int foreign_waiter(void)
{
        static pthread_t thread;

        return pthread_create(&thread, NULL, wait_for_signals, NULL);
}

static void on_term(int number)
{
        stack_t now = {0};

        syscall(SYS_sigaltstack, NULL, &now); // the kernel's answer
        dprintf(1, "handled on %s stack\n", now.ss_flags & SS_ONSTACK ? "the alternate" : "the thread's own");
        (void)number;
}

// What many a C library does: a handler without SA_ONSTACK. Prints the flag as it reads back.
void install_handler(void)
{
        struct sigaction action = {.sa_handler = on_term}, back;

        sigaction(SIGTERM, &action, NULL);
        sigaction(SIGTERM, NULL, &back);
        printf("reads back %s\n", back.sa_flags & SA_ONSTACK ? "SA_ONSTACK" : "as it was set");
        fflush(stdout);
}

void end_here(void)
{
        abort();
}

// Each fault of the hardware that C code can make, but for the one of outer().
void fault_by(int signal)
{
        volatile int number = 7, zero = 0;
        char *beyond;

        switch (signal) {
        case SIGFPE:
                printf("%d", number / zero);
                break;
        case SIGBUS:
                beyond = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(tmpfile()), 0);
                printf("%d", *beyond);
                break;
#ifdef __x86_64__
        case SIGILL:
                __asm__ volatile("ud2");
                break;
        case SIGTRAP:
                __asm__ volatile("int3");
#else
        case SIGILL:
                __asm__ volatile("udf #0");
                break;
        case SIGTRAP:
                __asm__ volatile("brk #0");
#endif
        }
}
*/
import "C"

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

//go:noinline
func work() {
	C.outer((*C.int)(nil))
}

func nilPointer() int {
	var pointer *int
	return *pointer
}

func recovered() {
	defer func() { fmt.Println("recovered:", recover()) }()
	nilPointer()
}

func notified(what ...os.Signal) chan os.Signal {
	c := make(chan os.Signal, 9)
	signal.Notify(c, what...)
	return c
}

func main() {
	switch os.Args[1] {
	case "write":
		C.foreign_write()
	case "wait":
		C.foreign_waiter()
		fmt.Println("ready")
		time.Sleep(time.Minute)
	case "fault":
		work()
	case "fault-elsewhere":
		runtime.LockOSThread() // so that the other one is not the process's first thread
		go func() {
			runtime.LockOSThread()
			work()
		}()
		time.Sleep(time.Minute)
	case "fault-by":
		number, _ := strconv.Atoi(os.Args[2])
		C.fault_by(C.int(number))
	case "panic":
		nilPointer()
	case "recover":
		recovered()
	case "foreign":
		C.foreign_fault()
	case "handler":
		C.install_handler()
		go func() {
			for {
				time.Sleep(time.Millisecond)
			}
		}()
		fmt.Println("ready")
		time.Sleep(time.Minute)
	case "abort":
		C.end_here()
	case "notify-all":
		c := notified()
		go func() {
			for s := range c {
				if s != syscall.SIGURG {
					fmt.Println("notified of", s)
				}
			}
		}()
		time.Sleep(10 * time.Millisecond)
		work()
	case "notify":
		c := notified(syscall.SIGUSR1, syscall.SIGHUP)
		for _, s := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGHUP} {
			syscall.Kill(os.Getpid(), s)
			fmt.Println("notified of", <-c)
		}
		signal.Ignore(syscall.SIGUSR1)
		fmt.Println("ignored:", signal.Ignored(syscall.SIGUSR1))
		signal.Reset(syscall.SIGUSR1, syscall.SIGHUP)
		fmt.Println("ready")
		time.Sleep(time.Minute)
	case "child":
		text, _ := exec.Command("grep", "^Sig[BIC]", "/proc/self/status").Output()
		fmt.Print(string(text))
	}
}
