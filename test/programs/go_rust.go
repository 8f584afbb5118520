// A Go service with Rust inside, linked statically through cgo: go_rust WHAT. Afterwards it serves itself to show that it lives.
package main

/*
#cgo LDFLAGS: -L${SRCDIR}/../../build/test -lgo_rust -lm -ldl
void rust_write(void);
void rust_fault(void);
int rust_wait(void);
*/
import "C"

import (
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// One request over TCP, with Go's own net and scheduler.
func serve() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		connection, _ := listener.Accept()
		fmt.Fprintln(connection, "served")
		connection.Close()
	}()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		panic(err)
	}
	text, _ := io.ReadAll(client)
	fmt.Print(string(text))
}

func main() {
	switch os.Args[1] {
	case "write":
		C.rust_write()
		serve()
	case "fault":
		C.rust_fault()
	case "write-and-fault":
		C.rust_write()
		C.rust_fault()
	case "wait":
		C.rust_wait()
		fmt.Println("ready")
		time.Sleep(time.Minute)
	}
}
