package needmap

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Where the store looks for needs that may be the same as another: open ones of
// the same field, reported within this time of it, whose points are this near;
// where one has no point, those of the same municipality.
const (
	DuplicateMetres = 500
	DuplicateDays   = 60
)

// What makes two needs alike. The weights add up to 1; a candidate below the
// threshold is not worth a person's time.
const (
	wordingWeight = 0.40 // share of word stems in common; nothing where one has no words
	placeWeight   = 0.35 // 1 at the same point, falling to 0 at DuplicateMetres
	timeWeight    = 0.25 // 1 on the same day, falling to 0 at DuplicateDays
	sameAreaPlace = 0.3  // of the place's weight, where only the municipality is known

	duplicateThreshold = 0.5
	maxDuplicates      = 5
)

// DuplicateCandidate is a need that may be the same as another.
type DuplicateCandidate struct {
	NeedID         int64
	Score          float64  // 0 to 1
	DistanceMetres *float64 // on the ellipsoid, between the points; nil where one has none
	Days           int      // between the reports
	Wording        *float64 // share of word stems in common (Dice), 0 to 1; nil where one has no words
}

// LikelyNeed is a need near another, as the store finds it.
type LikelyNeed struct {
	NeedID         int64
	DistanceMetres *float64      // on the ellipsoid; nil where one has no point
	Apart          time.Duration // between the reports, of either sign
	Wording        *float64      // as in DuplicateCandidate
}

// Duplicates scores needs near another and keeps those that may be the same, the
// most alike first, the newer of two that are equal.
func Duplicates(near []LikelyNeed) []DuplicateCandidate {
	list := []DuplicateCandidate{}
	for _, n := range near {
		if c := n.candidate(); c.Score >= duplicateThreshold {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b DuplicateCandidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.NeedID, a.NeedID))
	})
	return list[:min(len(list), maxDuplicates)]
}

func (n LikelyNeed) candidate() DuplicateCandidate {
	days := math.Abs(n.Apart.Hours() / 24)
	place := sameAreaPlace
	if n.DistanceMetres != nil {
		place = fading(*n.DistanceMetres, DuplicateMetres)
	}
	score := placeWeight*place + timeWeight*fading(days, DuplicateDays)
	if n.Wording != nil {
		score += wordingWeight * *n.Wording
	}
	return DuplicateCandidate{
		NeedID: n.NeedID, Score: math.Round(score*1000) / 1000, DistanceMetres: n.DistanceMetres,
		Days: int(days), Wording: n.Wording,
	}
}

// fading falls from 1 at nothing to 0 at most.
func fading(value, most float64) float64 { return max(0, 1-value/most) }
