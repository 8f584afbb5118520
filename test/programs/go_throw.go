// Go with C++ inside: go_throw uncaught|thread|caught.
package main

/*
#cgo LDFLAGS: -L${SRCDIR}/../../build/test -lgo_throw -lstdc++
void throw_uncaught(void);
void throw_in_thread(void);
int throw_and_catch(void);
*/
import "C"

import (
	"fmt"
	"os"
)

//go:noinline
func request(what string) {
	switch what {
	case "uncaught":
		C.throw_uncaught()
	case "thread":
		C.throw_in_thread()
	case "caught":
		fmt.Println("caught:", C.throw_and_catch())
	}
}

func main() {
	request(os.Args[1])
}
