package coverage

import (
	"encoding/binary"
	"hash"
	"hash/fnv"
)

// hasher adds up values to a signature.
type hasher struct{ of hash.Hash64 }

func newHash() hasher { return hasher{fnv.New64a()} }

func (h hasher) add(values ...uint64) {
	var buffer [8]byte
	for _, v := range values {
		binary.LittleEndian.PutUint64(buffer[:], v)
		h.of.Write(buffer[:])
	}
}

func (h hasher) flag(values ...bool) {
	for _, v := range values {
		h.add(map[bool]uint64{true: 1}[v])
	}
}

// sum is never 0.
func (h hasher) sum() uint64 { return max(1, h.of.Sum64()) }
