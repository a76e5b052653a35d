package export

import (
	"math"
	"slices"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// Kinds of row. All but rowAreaField are margins.
const (
	rowAreaField = "AREA_FIELD"
	rowArea      = "AREA"
	rowField     = "FIELD"
	rowTotal     = "TOTAL"
)

func kindOf(r *coverage.Row) any {
	switch {
	case r.Area != nil && r.Field != nil:
		return rowAreaField
	case r.Area != nil:
		return rowArea
	case r.Field != nil:
		return rowField
	}
	return rowTotal
}

// of takes a value from a part of the row, nil where the row has no such part.
func of[T any](part func(*coverage.Row) *T, value func(*T) any) func(*coverage.Row) any {
	return func(r *coverage.Row) any {
		if p := part(r); p != nil {
			return value(p)
		}
		return nil
	}
}

func areaOf(r *coverage.Row) *coverage.Area       { return r.Area }
func fieldOf(r *coverage.Row) *needmap.Field      { return r.Field }
func ratioOf(r *coverage.Row) *coverage.Ratio     { return r.Coverage }
func rateOf(r *coverage.Row) *coverage.Rate       { return r.UnmetRate }
func missingOf(r *coverage.Row) *coverage.Missing { return r.RateMissing }
func rankOf(r *coverage.Row) *coverage.Rank       { return r.Rank }

// spreadOf gives the distances; nil when no need was measured.
func spreadOf(r *coverage.Row) *coverage.Spread {
	if r.Distance.Needs == 0 {
		return nil
	}
	return &r.Distance
}

// sourceOf gives the sources of the residents; nil when they are unknown.
func sourceOf(r *coverage.Row) any {
	if r.Denominator.Source == "" {
		return nil
	}
	return r.Denominator.Source
}

// people takes the people of the gap for one reason.
func people(reason coverage.Reason) func(*coverage.Row) any {
	i := slices.Index(coverage.Reasons, reason)
	return func(r *coverage.Row) any { return r.Reasons[i] }
}

// given is a value that may be missing; nil when it is.
func given[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// rounded leaves one decimal, as GraphQL does; nil stays nil.
func rounded(v any) any {
	if f, ok := v.(float64); ok {
		return math.Round(f*10) / 10
	}
	return v
}

func labelOf(f needmap.Field) needmap.Label {
	for _, enum := range needmap.Labels {
		if enum.Enum != "Field" {
			continue
		}
		for _, label := range enum.Labels {
			if label.Value == string(f) {
				return label
			}
		}
	}
	return needmap.Label{Value: string(f), It: string(f), En: string(f)}
}
