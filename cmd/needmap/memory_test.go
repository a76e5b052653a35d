package main

import (
	"runtime"
	"testing"
)

func TestGCPercent(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, 300}, {1 << 20, 300}, {32 << 20, 300}, {64 << 20, 100}, {96 << 20, 33}, {128 << 20, 25}, {1 << 40, 25}} {
		if got := gcPercent(c.live); got != c.want {
			t.Errorf("%d bytes alive: %d %%, want %d", c.live, got, c.want)
		}
	}
	runtime.GC() // before the first collection nothing is known
	if liveHeap() == 0 {
		t.Error("the live heap is not known")
	}
}
