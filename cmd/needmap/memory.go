package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// heapTarget is how many bytes the heap may grow to between collections: further than
// Go lets a small one by itself, because collecting that often costs more than it
// saves, and less than a large one, which a million needs in memory make of it.
const heapTarget = 128 << 20

// tuneEvery is how often the garbage collector is set for what is alive.
const tuneEvery = time.Minute

// tuneGC keeps to the target whatever is alive, until ctx ends. GOGC overrules it.
func tuneGC(ctx context.Context) {
	if os.Getenv("GOGC") != "" {
		return
	}
	tick := time.NewTicker(tuneEvery)
	defer tick.Stop()
	for {
		debug.SetGCPercent(gcPercent(liveHeap()))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// sparingMemory collects often while something is done that takes more room than
// what is left of it, and gives the rest back.
func sparingMemory(do func() error) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(25)
	}
	defer debug.FreeOSMemory()
	return do()
}

// gcPercent is the room up to the target as Go wants it, as a share of what is alive.
func gcPercent(live uint64) int {
	const least, most = 25, 300
	room := heapTarget - int64(min(live, heapTarget))
	return int(max(least, min(most, 100*room/max(1, int64(live)))))
}

// liveHeap is how many bytes the last collection left.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}
