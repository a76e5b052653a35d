package graph

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/territory"
)

// The plain fields of each type; the objects are those of models.go.

var plainNeed = &plainType{
	implements: []string{"Need", "Node"},
	fields: map[string]plainField{
		"__typename":      constant("Need"),
		"id":              of(func(dst []byte, n *Need) []byte { return appendID(dst, typeNeed, n.Need.ID) }),
		"municipality":    {of: plainMunicipality, one: func(v any) any { return v.(*Need).place }},
		"field":           of(func(dst []byte, n *Need) []byte { return appendText(dst, string(n.Field)) }),
		"origin":          of(func(dst []byte, n *Need) []byte { return appendText(dst, string(n.Origin)) }),
		"status":          of(func(dst []byte, n *Need) []byte { return appendText(dst, string(n.Status)) }),
		"severity":        of(func(dst []byte, n *Need) []byte { return appendInt(dst, n.Severity) }),
		"people":          of(func(dst []byte, n *Need) []byte { return appendInt(dst, n.People) }),
		"peopleAnswered":  of(func(dst []byte, n *Need) []byte { return appendInt(dst, n.PeopleAnswered) }),
		"summary":         of(func(dst []byte, n *Need) []byte { return appendOptional(dst, n.Summary, appendText) }),
		"reportedAt":      of(func(dst []byte, n *Need) []byte { return appendMoment(dst, n.ReportedAt) }),
		"lastConfirmedAt": of(func(dst []byte, n *Need) []byte { return appendOptional(dst, n.LastConfirmedAt, appendMoment) }),
		"location":        of(func(dst []byte, n *Need) []byte { return appendPlace(dst, n.Need) }),
		"locationKind":    of(func(dst []byte, n *Need) []byte { return appendText(dst, string(n.LocationKind)) }),
		"minimumAge":      of(func(dst []byte, n *Need) []byte { return appendOptional(dst, n.MinimumAge, appendInt) }),
		"maximumAge":      of(func(dst []byte, n *Need) []byte { return appendOptional(dst, n.MaximumAge, appendInt) }),
		"version":         of(func(dst []byte, n *Need) []byte { return appendInt(dst, n.Version) }),
		"isSynthetic":     of(func(dst []byte, n *Need) []byte { return strconv.AppendBool(dst, n.IsSynthetic) }),
	},
}

var plainNeedEdge = &plainType{
	implements: []string{"NeedEdge"},
	fields: map[string]plainField{
		"__typename": constant("NeedEdge"),
		"cursor":     of(func(dst []byte, e *NeedEdge) []byte { return appendText(dst, e.Cursor) }),
		"node":       {of: plainNeed, one: func(v any) any { return v.(*NeedEdge).Node }},
	},
}

var plainService = &plainType{
	implements: []string{"Service", "Node"},
	fields: map[string]plainField{
		"__typename":      constant("Service"),
		"id":              of(func(dst []byte, s *Service) []byte { return appendID(dst, typeService, int64(s.Service.ID)) }),
		"name":            of(func(dst []byte, s *Service) []byte { return appendText(dst, s.Name) }),
		"field":           of(func(dst []byte, s *Service) []byte { return appendText(dst, string(s.Field)) }),
		"specialisation":  of(func(dst []byte, s *Service) []byte { return appendOptional(dst, s.Specialisation, appendText) }),
		"status":          of(func(dst []byte, s *Service) []byte { return appendText(dst, string(s.Status)) }),
		"provision":       of(func(dst []byte, s *Service) []byte { return appendText(dst, string(s.Provision)) }),
		"isPilot":         of(func(dst []byte, s *Service) []byte { return strconv.AppendBool(dst, s.IsPilot) }),
		"capacity":        of(func(dst []byte, s *Service) []byte { return appendInt(dst, s.Capacity) }),
		"peopleReached":   of(func(dst []byte, s *Service) []byte { return appendInt(dst, s.PeopleReached) }),
		"catchmentMetres": of(func(dst []byte, s *Service) []byte { return appendOptional(dst, s.CatchmentMetres, appendInt) }),
		"minimumAge":      of(func(dst []byte, s *Service) []byte { return appendOptional(dst, s.MinimumAge, appendInt) }),
		"maximumAge":      of(func(dst []byte, s *Service) []byte { return appendOptional(dst, s.MaximumAge, appendInt) }),
		"location":        of(func(dst []byte, s *Service) []byte { return appendPoint(dst, s.Service.Location) }),
		"locationKind":    of(func(dst []byte, s *Service) []byte { return appendText(dst, string(s.LocationKind)) }),
		"isSynthetic":     of(func(dst []byte, s *Service) []byte { return strconv.AppendBool(dst, s.IsSynthetic) }),
	},
}

var plainServiceEdge = &plainType{
	implements: []string{"ServiceEdge"},
	fields: map[string]plainField{
		"__typename": constant("ServiceEdge"),
		"cursor":     of(func(dst []byte, e *ServiceEdge) []byte { return appendText(dst, e.Cursor) }),
		"node":       {of: plainService, one: func(v any) any { return v.(*ServiceEdge).Node }},
	},
}

var plainMunicipality = &plainType{
	implements: []string{"Municipality", "Node"},
	fields: map[string]plainField{
		"__typename": constant("Municipality"),
		"id": of(func(dst []byte, m *needmap.Municipality) []byte {
			return appendText(dst, globalID(typeMunicipality, m.Code))
		}),
		"code":         of(func(dst []byte, m *needmap.Municipality) []byte { return appendText(dst, m.Code) }),
		"kind":         of(func(dst []byte, m *needmap.Municipality) []byte { return appendText(dst, string(m.Kind)) }),
		"name":         of(func(dst []byte, m *needmap.Municipality) []byte { return appendText(dst, m.Name) }),
		"provinceCode": of(func(dst []byte, m *needmap.Municipality) []byte { return appendText(dst, m.ProvinceCode) }),
		"provinceName": of(func(dst []byte, m *needmap.Municipality) []byte { return appendText(dst, m.ProvinceName) }),
	},
}

var plainTally = &plainType{
	implements: []string{"NeedTally"},
	fields: map[string]plainField{
		"__typename":     constant("NeedTally"),
		"needs":          of(func(dst []byte, t *needmap.Tally) []byte { return appendInt(dst, t.Needs) }),
		"openNeeds":      of(func(dst []byte, t *needmap.Tally) []byte { return appendInt(dst, t.OpenNeeds) }),
		"people":         of(func(dst []byte, t *needmap.Tally) []byte { return appendInt(dst, t.People) }),
		"openPeople":     of(func(dst []byte, t *needmap.Tally) []byte { return appendInt(dst, t.OpenPeople) }),
		"peopleAnswered": of(func(dst []byte, t *needmap.Tally) []byte { return appendInt(dst, t.PeopleAnswered) }),
	},
}

var plainArea = &plainType{
	implements: []string{"Area"},
	fields: map[string]plainField{
		"__typename": constant("Area"),
		"code":       of(func(dst []byte, a *needmap.Area) []byte { return appendText(dst, a.Code) }),
		"name":       of(func(dst []byte, a *needmap.Area) []byte { return appendText(dst, a.Name) }),
		"level":      of(func(dst []byte, a *needmap.Area) []byte { return appendText(dst, string(a.Level)) }),
	},
}

var plainFieldTally = &plainType{
	implements: []string{"FieldTally"},
	fields: map[string]plainField{
		"__typename": constant("FieldTally"),
		"field":      of(func(dst []byte, t *FieldTally) []byte { return appendText(dst, string(t.Field)) }),
		"tally":      {of: plainTally, one: func(v any) any { return &v.(*FieldTally).Tally }},
	},
}

var plainNeedMapCell = &plainType{
	implements: []string{"NeedMapCell"},
	fields: map[string]plainField{
		"__typename": constant("NeedMapCell"),
		"area":       {of: plainArea, one: func(v any) any { return &v.(*NeedMapCell).Area }},
		"tally":      {of: plainTally, one: func(v any) any { return &v.(*NeedMapCell).Tally }},
		"byField": {of: plainFieldTally, each: func(v any, visit func(any)) {
			list := v.(*NeedMapCell).ByField
			for i := range list {
				visit(&list[i])
			}
		}},
	},
}

// of makes a scalar field of a typed object.
func of[T any](write func([]byte, *T) []byte) plainField {
	return plainField{scalar: func(dst []byte, object any) []byte { return write(dst, object.(*T)) }}
}

func constant(word string) plainField {
	return plainField{scalar: func(dst []byte, _ any) []byte { return appendText(dst, word) }}
}

func appendInt(dst []byte, n int) []byte { return strconv.AppendInt(dst, int64(n), 10) }

func appendMoment(dst []byte, t time.Time) []byte {
	dst = append(dst, '"')
	dst = t.UTC().AppendFormat(dst, time.RFC3339Nano)
	return append(dst, '"')
}

func appendPoint(dst []byte, p *orb.Point) []byte {
	if p == nil {
		return append(dst, "null"...)
	}
	return territory.AppendGeometry(dst, *p)
}

func appendOptional[T any](dst []byte, v *T, write func([]byte, T) []byte) []byte {
	if v == nil {
		return append(dst, "null"...)
	}
	return write(dst, *v)
}

// appendID writes a global identifier with a numeric key.
func appendID(dst []byte, typeName string, key int64) []byte {
	var plain [40]byte
	dst = append(dst, '"')
	dst = base64.RawURLEncoding.AppendEncode(dst, strconv.AppendInt(append(append(plain[:0], typeName...), ':'), key, 10))
	return append(dst, '"')
}
