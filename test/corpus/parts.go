// A Go program that stops at a breakpoint below inlined functions, closures, methods, interfaces and generics.
package main

import (
	"os"
	"runtime"
	"sort"
)

type scale interface{ weigh(part *part) int }

type part struct{ weight int }

type kitchen struct{ tare int }

var seen int

// stop is inlined into what calls it.
func stop(at int) int {
	runtime.Breakpoint()
	seen += at
	return seen
}

//go:noinline
func (k *kitchen) weigh(p *part) int {
	return stop(p.weight) - k.tare
}

type list[T any] struct{ items []T }

//go:noinline
func (l *list[T]) each(do func(T) int) (sum int) {
	for _, item := range l.items {
		sum += do(item)
	}
	return sum
}

func heaviest(parts []*part) *part {
	sort.Slice(parts, func(i, j int) bool { return stop(parts[i].weight) < parts[j].weight })
	return parts[0]
}

func main() {
	parts := &list[*part]{items: []*part{{weight: 3}, {weight: 4}}}
	if len(os.Args) > 1 && os.Args[1] == "heaviest" {
		println(heaviest(parts.items).weight)
		return
	}
	var how scale = &kitchen{tare: seen}
	println(parts.each(func(p *part) int { return how.weigh(p) + 1 }))
}
