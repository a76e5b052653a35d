package scalar_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/graph/scalar"
	"github.com/innovainrete/needmap/internal/needmap"
)

func written(m graphql.Marshaler) string {
	var b bytes.Buffer
	m.MarshalGQL(&b)
	return b.String()
}

func TestMarshal(t *testing.T) {
	summer := time.Date(2024, 7, 1, 10, 30, 0, 120_000_000, time.FixedZone("CEST", 7200))
	for _, c := range []struct {
		name string
		m    graphql.Marshaler
		want string
	}{
		{"moment in UTC", scalar.MarshalDateTime(summer), `"2024-07-01T08:30:00.12Z"`},
		{"moment to the microsecond", scalar.MarshalDateTime(time.UnixMicro(1)), `"1970-01-01T00:00:00.000001Z"`},
		{"day", scalar.MarshalDate("2024-02-29"), `"2024-02-29"`},
		{"clockwise polygon", scalar.MarshalGeometry(orb.Polygon{{{0, 0}, {0, 1}, {1, 1}, {0, 0}}}), `{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,1],[0,0]]]}`},
		{"finished geometry", scalar.MarshalGeometryJSON(scalar.JSON(`{"type":"Point"}`)), `{"type":"Point"}`},
		{"finished features", scalar.MarshalFeatureCollection(scalar.JSON(`{}`)), `{}`},
	} {
		if got := written(c.m); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestUnmarshal(t *testing.T) {
	at, err := scalar.UnmarshalDateTime("2024-07-01T10:30:00.12+02:00")
	if err != nil || !at.Equal(time.Date(2024, 7, 1, 8, 30, 0, 120_000_000, time.UTC)) {
		t.Errorf("%v, %v", at, err)
	}
	if day, err := scalar.UnmarshalDate("2024-02-29"); err != nil || day != "2024-02-29" {
		t.Errorf("%v, %v", day, err)
	}
	triangle := orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}
	for name, v := range map[string]any{
		"object": map[string]any{"type": "Polygon", "coordinates": []any{[]any{
			[]any{json.Number("0"), json.Number("0")}, []any{json.Number("1"), json.Number("1")}, []any{json.Number("1"), json.Number("0")}, []any{json.Number("0"), json.Number("0")}}}},
		"literal": map[string]any{"type": "Polygon", "coordinates": []any{[]any{[]any{int64(0), int64(0)}, []any{1.0, 0.0}, []any{1.0, 1.0}, []any{int64(0), int64(0)}}}},
		"text":    `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`,
	} {
		if g, err := scalar.UnmarshalGeometry(v); err != nil || !orb.Equal(g, triangle) {
			t.Errorf("%s: %v, %v", name, g, err)
		}
	}
}

// TestUnmarshalRefuses wants INVALID without a field, which the resolver's
// argument gives.
func TestUnmarshalRefuses(t *testing.T) {
	moment := func(v any) error { _, err := scalar.UnmarshalDateTime(v); return err }
	day := func(v any) error { _, err := scalar.UnmarshalDate(v); return err }
	geometry := func(v any) error { _, err := scalar.UnmarshalGeometry(v); return err }
	finished := func(v any) error { _, err := scalar.UnmarshalGeometryJSON(v); return err }
	features := func(v any) error { _, err := scalar.UnmarshalFeatureCollection(v); return err }
	for _, c := range []struct {
		name string
		read func(any) error
		v    any
	}{
		{"moment of a number", moment, 5}, {"moment of nothing", moment, nil}, {"moment of a day", moment, "2024-07-01"}, {"moment without a zone", moment, "2024-07-01T10:30:00"},
		{"day of a number", day, 20240701}, {"30 February", day, "2024-02-30"}, {"day of nothing", day, nil}, {"day with a blank", day, "2024-07-01 "},
		{"geometry of nothing", geometry, nil}, {"geometry of a number", geometry, 5}, {"geometry of text", geometry, "circle"},
		{"geometry of NaN", geometry, math.NaN()}, {"geometry of a function", geometry, func() {}},
		{"geometry of a line", geometry, `{"type":"LineString","coordinates":[[0,0],[1,1]]}`},
		{"an answer as an argument", finished, `{}`}, {"features as an argument", features, map[string]any{}},
	} {
		var known *needmap.Error
		if err := c.read(c.v); !errors.As(err, &known) || known.Code != needmap.CodeInvalid || known.Field != "" || known.Message == "" {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
