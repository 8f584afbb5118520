// Makes the Go program one that libc starts, so that it can be guarded. In a file of its own: cgo rewrites its file.
package main

import "C"
