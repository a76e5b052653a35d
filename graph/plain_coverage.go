package graph

import (
	"strconv"

	"github.com/innovainrete/needmap/internal/coverage"
)

// The plain fields of a report's rows; see plain_types.go. A report has 2,000 of
// them. Those of a scenario are left to gqlgen.

var plainCoverageRow = &plainType{
	implements: []string{"CoverageRow"},
	fields: map[string]plainField{
		"__typename":        constant("CoverageRow"),
		"area":              {of: plainArea, one: func(v any) any { return orNone(v.(*CoverageRow).Area()) }},
		"field":             of(func(dst []byte, r *CoverageRow) []byte { return appendOptional(dst, r.Field, appendEnum) }),
		"needs":             of(func(dst []byte, r *CoverageRow) []byte { return appendInt(dst, r.Needs) }),
		"demand":            of(func(dst []byte, r *CoverageRow) []byte { return appendInt(dst, r.Demand) }),
		"answered":          of(func(dst []byte, r *CoverageRow) []byte { return appendInt(dst, r.Answered) }),
		"gap":               of(func(dst []byte, r *CoverageRow) []byte { return appendInt(dst, r.Gap()) }),
		"promised":          of(func(dst []byte, r *CoverageRow) []byte { return appendInt(dst, r.Promised) }),
		"stuck":             of(func(dst []byte, r *CoverageRow) []byte { return appendInt(dst, r.Stuck()) }),
		"services":          of(func(dst []byte, r *CoverageRow) []byte { return appendInt(dst, r.Services) }),
		"capacity":          of(func(dst []byte, r *CoverageRow) []byte { return appendInt(dst, r.Capacity) }),
		"freeCapacity":      of(func(dst []byte, r *CoverageRow) []byte { return appendInt(dst, r.Free) }),
		"suspendedServices": of(func(dst []byte, r *CoverageRow) []byte { return appendInt(dst, r.SuspendedServices) }),
		"suspendedCapacity": of(func(dst []byte, r *CoverageRow) []byte { return appendInt(dst, r.SuspendedCapacity) }),
		"supplyDemand":      of(func(dst []byte, r *CoverageRow) []byte { return appendOptional(dst, r.SupplyDemand, appendFloat) }),
		"rateMissing":       of(func(dst []byte, r *CoverageRow) []byte { return appendOptional(dst, r.RateMissing, appendEnum) }),
		"needDays":          of(func(dst []byte, r *CoverageRow) []byte { return appendFloat(dst, r.NeedDays()) }),
		"coverage":          {of: plainRatio, one: func(v any) any { return orNone(v.(*CoverageRow).Coverage) }},
		"unmetRate":         {of: plainRate, one: func(v any) any { return orNone(v.(*CoverageRow).UnmetRate) }},
		"rank":              {of: plainRank, one: func(v any) any { return orNone(v.(*CoverageRow).Rank) }},
		"denominator":       {of: plainDenominator, one: func(v any) any { return &v.(*CoverageRow).Denominator }},
		"distance": {of: plainDistance, one: func(v any) any {
			d := v.(*CoverageRow).Distance()
			return &d
		}},
		"reasons": {of: plainGapPart, each: func(v any, visit func(any)) {
			for i, people := range v.(*CoverageRow).Row.Reasons {
				visit(&GapPart{coverage.Reasons[i], people})
			}
		}},
	},
}

var plainGapPart = &plainType{
	implements: []string{"GapPart"},
	fields: map[string]plainField{
		"__typename": constant("GapPart"),
		"reason":     of(func(dst []byte, p *GapPart) []byte { return appendEnum(dst, p.Reason) }),
		"people":     of(func(dst []byte, p *GapPart) []byte { return appendInt(dst, p.People) }),
	},
}

var plainRatio = &plainType{
	implements: []string{"RatioEstimate"},
	fields: map[string]plainField{
		"__typename": constant("RatioEstimate"),
		"value":      of(func(dst []byte, r *coverage.Ratio) []byte { return appendFloat(dst, r.Value) }),
		"low":        of(func(dst []byte, r *coverage.Ratio) []byte { return appendFloat(dst, r.Low) }),
		"high":       of(func(dst []byte, r *coverage.Ratio) []byte { return appendFloat(dst, r.High) }),
	},
}

var plainRate = &plainType{
	implements: []string{"RateEstimate"},
	fields: map[string]plainField{
		"__typename":  constant("RateEstimate"),
		"value":       of(func(dst []byte, r *coverage.Rate) []byte { return appendFloat(dst, r.Value) }),
		"low":         of(func(dst []byte, r *coverage.Rate) []byte { return appendFloat(dst, r.Low) }),
		"high":        of(func(dst []byte, r *coverage.Rate) []byte { return appendFloat(dst, r.High) }),
		"smoothed":    of(func(dst []byte, r *coverage.Rate) []byte { return appendFloat(dst, r.Smoothed) }),
		"reliability": of(func(dst []byte, r *coverage.Rate) []byte { return appendEnum(dst, r.Reliability) }),
	},
}

var plainRank = &plainType{
	implements: []string{"RankEstimate"},
	fields: map[string]plainField{
		"__typename":  constant("RankEstimate"),
		"position":    of(func(dst []byte, r *coverage.Rank) []byte { return appendInt(dst, r.Position) }),
		"probability": of(func(dst []byte, r *coverage.Rank) []byte { return appendFloat(dst, r.Probability) }),
		"low":         of(func(dst []byte, r *coverage.Rank) []byte { return appendInt(dst, r.Low) }),
		"high":        of(func(dst []byte, r *coverage.Rank) []byte { return appendInt(dst, r.High) }),
		"mean":        of(func(dst []byte, r *coverage.Rank) []byte { return appendFloat(dst, r.Mean) }),
	},
}

var plainDenominator = &plainType{
	implements: []string{"Denominator"},
	fields: map[string]plainField{
		"__typename": constant("Denominator"),
		"people":     of(func(dst []byte, d *coverage.Denominator) []byte { return appendOptional(dst, d.People, appendInt) }),
		"yearFrom":   of(func(dst []byte, d *coverage.Denominator) []byte { return appendOptional(dst, d.YearFrom, appendInt) }),
		"yearTo":     of(func(dst []byte, d *coverage.Denominator) []byte { return appendOptional(dst, d.YearTo, appendInt) }),
		"source":     of(func(dst []byte, d *coverage.Denominator) []byte { return appendText(dst, d.Source) }),
	},
}

var plainDistance = &plainType{
	implements: []string{"DistanceSummary"},
	fields: map[string]plainField{
		"__typename":   constant("DistanceSummary"),
		"method":       constant(string(DistanceMethodStraightLine)),
		"medianMetres": of(func(dst []byte, d *DistanceSummary) []byte { return appendOptional(dst, d.MedianMetres, appendFloat) }),
		"p90Metres":    of(func(dst []byte, d *DistanceSummary) []byte { return appendOptional(dst, d.P90Metres, appendFloat) }),
		"measured":     of(func(dst []byte, d *DistanceSummary) []byte { return appendInt(dst, d.Measured) }),
		"located":      of(func(dst []byte, d *DistanceSummary) []byte { return appendInt(dst, d.Located) }),
		"unlocated":    of(func(dst []byte, d *DistanceSummary) []byte { return appendInt(dst, d.Unlocated) }),
	},
}

// orNone is nil for a nil pointer, which would not be nil any more as an any.
func orNone[T any](v *T) any {
	if v == nil {
		return nil
	}
	return v
}

func appendEnum[E ~string](dst []byte, word E) []byte { return appendText(dst, string(word)) }

// appendFloat writes a number as gqlgen does.
func appendFloat(dst []byte, f float64) []byte { return strconv.AppendFloat(dst, f, 'g', -1, 64) }
