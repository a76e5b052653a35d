package needmap_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

const day = 24 * time.Hour

// TestDuplicateScores is worked out by hand: 0.40 × wording + 0.35 × place + 0.25 × time.
func TestDuplicateScores(t *testing.T) {
	for _, c := range []struct {
		name    string
		metres  *float64
		apart   time.Duration
		wording *float64
		score   float64 // 0: below the threshold of 0.5
	}{
		{"the same in all", new(0.0), 0, new(1.0), 1},
		{"no words, same point and day", new(0.0), 0, nil, 0.6},
		{"no words, same municipality and day", nil, 0, nil, 0},
		{"other words, same point and day", new(0.0), 0, new(0.0), 0.6},
		{"other words 250 m away", new(250.0), 0, new(0.0), 0},
		{"half the words, 100 m, 12 days", new(100.0), 12 * day, new(0.5), 0.68},
		{"half the words, 100 m, 12 days before", new(100.0), -12 * day, new(0.5), 0.68},
		{"the same words in the municipality, same day", nil, 0, new(1.0), 0.755},
		{"the same words in the municipality at the end of the time", nil, 60 * day, new(1.0), 0.505},
		{"half the words in the municipality, 30 days", nil, 30 * day, new(0.5), 0},
		{"beyond every limit", new(900.0), 90 * day, new(1.0), 0},
	} {
		got := needmap.Duplicates([]needmap.LikelyNeed{{NeedID: 7, DistanceMetres: c.metres, Apart: c.apart, Wording: c.wording}})
		switch {
		case c.score == 0 && len(got) > 0:
			t.Errorf("%s: is a candidate of %v", c.name, got[0].Score)
		case c.score > 0 && len(got) != 1:
			t.Errorf("%s: is no candidate", c.name)
		case c.score > 0 && math.Abs(got[0].Score-c.score) > 1e-9:
			t.Errorf("%s: %v, want %v", c.name, got[0].Score, c.score)
		}
	}
	got := needmap.Duplicates([]needmap.LikelyNeed{{Apart: -36 * time.Hour, DistanceMetres: new(0.0), Wording: new(1.0)}})
	if got[0].Days != 1 {
		t.Errorf("36 hours are %d days", got[0].Days)
	}
}

// TestDuplicatesAreTheBestFive holds the order, the bound and the threshold for
// any needs.
func TestDuplicatesAreTheBestFive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		near := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) needmap.LikelyNeed {
			return needmap.LikelyNeed{
				NeedID:         rapid.Int64Range(1, 1000).Draw(t, "id"),
				DistanceMetres: rapid.Ptr(rapid.Float64Range(0, 500), true).Draw(t, "metres"),
				Apart:          time.Duration(rapid.IntRange(-60*24, 60*24).Draw(t, "hours")) * time.Hour,
				Wording:        rapid.Ptr(rapid.Float64Range(0, 1), true).Draw(t, "wording"),
			}
		}), 0, 30).Draw(t, "near")
		got := needmap.Duplicates(slices.Clone(near))
		all := []float64{}
		for _, n := range near {
			for _, c := range needmap.Duplicates([]needmap.LikelyNeed{n}) {
				all = append(all, c.Score)
			}
		}
		slices.Sort(all)
		slices.Reverse(all)
		if want := min(5, len(all)); len(got) != want {
			t.Fatalf("%d candidates, want %d", len(got), want)
		}
		for i, c := range got {
			if c.Score != all[i] || c.Score < 0.5 || c.Score > 1 {
				t.Fatalf("candidate %d scores %v, want %v", i, c.Score, all[i])
			}
		}
	})
}
