// Asks for SIGTERM and says when it has come, as often as there are arguments.
package main

// #include <stdlib.h>
import "C"

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	C.free(nil)
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGTERM)
	fmt.Println("ready")
	for range os.Args {
		fmt.Println("notified of", <-c)
	}
}
