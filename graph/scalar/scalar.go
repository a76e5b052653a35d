// Package scalar maps the contract's own scalars to Go. Input that does not fit
// is an INVALID needmap.Error.
package scalar

import (
	"encoding/json"
	"io"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/territory"
)

// MarshalDateTime writes a moment as RFC 3339 in UTC.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		buf := make([]byte, 0, len(time.RFC3339Nano)+2)
		buf = append(buf, '"')
		buf = t.UTC().AppendFormat(buf, time.RFC3339Nano)
		w.Write(append(buf, '"'))
	})
}

// UnmarshalDateTime reads RFC 3339.
func UnmarshalDateTime(v any) (time.Time, error) {
	text, ok := v.(string)
	if !ok {
		return time.Time{}, needmap.Invalid("", "a DateTime is a string such as \"2026-11-22T09:30:00Z\"")
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, needmap.Invalid("", "this is not a moment such as 2026-11-22T09:30:00Z")
	}
	return t.UTC(), nil // PostgreSQL knows no offset of 16 hours or more
}

// MarshalDate writes a calendar day.
func MarshalDate(d needmap.Date) graphql.Marshaler { return graphql.MarshalString(string(d)) }

// UnmarshalDate reads a calendar day.
func UnmarshalDate(v any) (needmap.Date, error) {
	text, ok := v.(string)
	if !ok {
		return "", needmap.Invalid("", "a Date is a string such as \"2026-11-22\"")
	}
	return needmap.ParseDate("", text)
}

// MarshalGeometry writes a geometry of EPSG:4326 as RFC 7946.
func MarshalGeometry(g orb.Geometry) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		w.Write(territory.AppendGeometry(nil, g))
	})
}

// UnmarshalGeometry reads a Polygon or MultiPolygon of RFC 7946, given as a JSON
// object or as its text.
func UnmarshalGeometry(v any) (orb.Geometry, error) {
	var data []byte
	if text, ok := v.(string); ok {
		data = []byte(text)
	} else {
		var err error
		if data, err = json.Marshal(v); err != nil {
			return nil, needmap.Invalid("", "this is not a GeoJSON geometry")
		}
	}
	g, err := territory.DecodeArea(data, territory.Limits{})
	if err != nil {
		return nil, needmap.Invalid("", "%s", err.Error())
	}
	return g, nil
}

// MarshalGeometryJSON writes a finished geometry.
func MarshalGeometryJSON(b JSON) graphql.Marshaler { return MarshalFeatureCollection(b) }

// UnmarshalGeometryJSON refuses: finished geometries are only ever answers.
func UnmarshalGeometryJSON(any) (JSON, error) {
	return nil, needmap.Invalid("", "a finished geometry is an answer, not an argument")
}

// JSON is finished bytes that are written as they are.
type JSON []byte

// MarshalFeatureCollection writes finished GeoJSON.
func MarshalFeatureCollection(b JSON) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { w.Write(b) })
}

// UnmarshalFeatureCollection refuses: feature collections are only ever answers.
func UnmarshalFeatureCollection(any) (JSON, error) {
	return nil, needmap.Invalid("", "a FeatureCollection is an answer, not an argument")
}
