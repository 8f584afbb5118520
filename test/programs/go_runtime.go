// What the Go runtime does with signals of its own: go_runtime WHAT.
package main

/*
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// What a C library does at its end, with or without a stack of its own before. 1: this thread has one still, of Go's size.
static int take_stack_away(int own)
{
        stack_t mine = {.ss_size = 65536}, before, none = {.ss_flags = SS_DISABLE}, now = {0};

        if (own) {
                mine.ss_sp = malloc(mine.ss_size);
                sigaltstack(&mine, &before);
                sigaltstack(own == 1 ? &before : &none, NULL);
                free(mine.ss_sp);
        } else {
                sigaltstack(&none, NULL);
        }
        syscall(SYS_sigaltstack, NULL, &now); // not through libc: what the kernel has
        return !(now.ss_flags & SS_DISABLE) && now.ss_size >= 65536 && now.ss_sp != mine.ss_sp;
}
*/
import "C"

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func recovered() (result bool) {
	defer func() { result = recover() != nil }()
	var pointer *int
	return *pointer == 0
}

func inLockedThread(what func()) {
	done := make(chan bool)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		defer close(done)
		what()
	}()
	<-done
}

var sum uint64

// Loops without a call are stopped for the garbage collector by SIGURG alone.
func preempt() {
	urgent := make(chan os.Signal, 4096)
	var seen uint64
	signal.Notify(urgent, syscall.SIGURG)
	go func() {
		for range urgent {
			atomic.AddUint64(&seen, 1)
		}
	}()
	go func() {
		for {
			sum++
		}
	}()
	collections := 0
	for ; atomic.LoadUint64(&seen) < 1000; collections++ {
		runtime.GC()
	}
	fmt.Println("preempted a thousand times, collected:", collections > 0)
}

var kept [1000][]byte

func collect() {
	for i := 0; i < 300; i++ {
		for j := range kept {
			kept[j] = make([]byte, 1000)
		}
		inLockedThread(func() {})
		runtime.GC()
	}
}

func mappings() int {
	text, _ := os.ReadFile("/proc/self/maps")
	return strings.Count(string(text), "\n")
}

// Threads come and go while signals arrive, and each handles a fault on its alternate stack.
func lockedThreads() {
	end := make(chan bool)
	go func() {
		for {
			select {
			case <-end:
				return
			default:
				syscall.Kill(os.Getpid(), syscall.SIGURG)
			}
		}
	}()
	var after50 int
	bad := 0
	for i := 0; i < 400; i++ {
		inLockedThread(func() {
			if !recovered() {
				bad++
			}
		})
		if i == 50 {
			after50 = mappings()
		}
	}
	close(end)
	fmt.Println("not recovered:", bad, "as many mappings:", mappings() < after50+100)
}

func stacks() {
	for own := 0; own < 3; own++ {
		inLockedThread(func() {
			fmt.Print("a stack: ", C.take_stack_away(C.int(own)))
			fmt.Println(" recovered:", recovered())
		})
		fmt.Print("a stack: ", C.take_stack_away(C.int(own)))
		fmt.Println(" recovered:", recovered())
	}
}

// What many children saw, and how often.
func children(each int) map[string]int {
	answers := map[string]int{}
	var lock sync.Mutex
	var all sync.WaitGroup
	for i := 0; i < 4; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < each; i++ {
				text, err := exec.Command("sh", "-c", "echo fds: /proc/self/fd/*; grep '^Sig[BIC]' /proc/self/status").Output()
				lock.Lock()
				answers[fmt.Sprint(string(text), err)]++
				lock.Unlock()
			}
		}()
	}
	all.Wait()
	return answers
}

// The program itself wants HUP meanwhile; then it gives it back.
func childrenOfNotified() {
	c := make(chan os.Signal, 9)
	signal.Notify(c, syscall.SIGHUP, syscall.SIGTERM)
	for text, count := range children(15) {
		fmt.Println(count, "times", text)
	}
	fds, _ := os.ReadDir("/proc/self/fd")
	fmt.Println("descriptors:", len(fds))
	syscall.Kill(os.Getpid(), syscall.SIGHUP)
	fmt.Println("notified of", <-c)
	signal.Reset(syscall.SIGHUP)
	fmt.Println("ready")
	time.Sleep(time.Minute)
}

func broken() int {
	pair, _ := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	syscall.Close(pair[1])
	return pair[0]
}

// A broken stdout ends a Go program by SIGPIPE, unless it wants to hear of it.
func stdout(notify bool) {
	c := make(chan os.Signal, 1)
	if notify {
		signal.Notify(c, syscall.SIGPIPE)
	}
	_, err := syscall.Write(broken(), []byte("x"))
	fmt.Fprintln(os.Stderr, "write:", err)
	if notify {
		fmt.Fprintln(os.Stderr, "notified of", <-c)
	}
	syscall.Dup3(broken(), 1, 0)
	_, err = os.Stdout.WriteString("x")
	fmt.Fprintln(os.Stderr, "stdout:", err)
	if notify {
		fmt.Fprintln(os.Stderr, "notified of", <-c)
	}
}

func main() {
	switch os.Args[1] {
	case "preempt":
		preempt()
	case "collect":
		collect()
	case "locked":
		lockedThreads()
	case "stacks":
		stacks()
	case "children":
		childrenOfNotified()
	case "children-only":
		children(15)
	case "stdout":
		stdout(false)
	case "stdout-notify":
		stdout(true)
	case "wait":
		fmt.Println("ready")
		time.Sleep(time.Minute)
	}
}
