// Go as a shared library inside a program that is not Go. Built twice, as two libraries with a Go runtime each.
package main

/*
#include <signal.h>
static int dereference(int *pointer)
{
        return *pointer;
}
static int library_fault(int *pointer)
{
        return dereference(pointer) + 1;
}
*/
import "C"

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
)

// What a library does that is used: goroutines, garbage, a nil pointer that it recovers from.
//
//export go_work
func go_work() C.int {
	sum := make(chan int)
	for i := 0; i < 10; i++ {
		go func(i int) { sum <- len(strings.Repeat("x", i)) }(i)
	}
	total := 0
	for i := 0; i < 10; i++ {
		total += <-sum
	}
	runtime.GC()
	return C.int(total + recovered())
}

func recovered() (result int) {
	defer func() {
		if recover() != nil {
			result = 55
		}
	}()
	var pointer *int
	return *pointer
}

//export go_panic
func go_panic() {
	var pointer *int
	fmt.Println(*pointer)
}

//export go_fault
func go_fault() {
	C.library_fault(nil)
}

// Go code that writes to a connection without a reader: EPIPE by Go's own rule, whoever loaded it.
//
//export go_write
func go_write(fd C.int) C.int {
	_, err := syscall.Write(int(fd), []byte("x"))
	errno, _ := err.(syscall.Errno)
	return C.int(errno)
}

// Waits for USR1 by signal.Notify, and gives it back.
//
//export go_notified
func go_notified() C.int {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR1)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	number := (<-c).(syscall.Signal)
	signal.Reset(syscall.SIGUSR1)
	return C.int(number)
}

func main() {}
