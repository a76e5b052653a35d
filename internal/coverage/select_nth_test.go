package coverage

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSelectNth has the n-th be that of the ordered list, with many values alike too.
func TestSelectNth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.OneOf(rapid.Float32Range(0, 1e6), rapid.Just[float32](7), rapid.Just[float32](0)), 1, 60).Draw(t, "list")
		k := rapid.IntRange(0, len(list)-1).Draw(t, "k")
		ordered := slices.Sorted(slices.Values(list))
		selectNth(list, k, func(x *float32) float64 { return float64(*x) })
		got := list[k]
		if got != ordered[k] || slices.Max(list[:k+1]) != got || slices.Min(list[k:]) != got || !slices.Equal(slices.Sorted(slices.Values(list)), ordered) {
			t.Fatalf("%v of %v became %v", k, ordered, list)
		}
	})
}
