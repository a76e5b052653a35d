package graph

import (
	"bytes"
	"context"
	"io"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Long lists of plain values are written straight to bytes: gqlgen spends about
// 0.7 µs and 13 allocations on every field of every object, which for a page of
// needs is more than the database takes. A selection that holds anything but
// plain values (a nested list, a field with arguments) is left to gqlgen. Both
// ways give the same answer; a test compares them.

// plainType knows the plain fields of an object type of the schema.
type plainType struct {
	implements []string // the type and its interfaces, for fragments
	fields     map[string]plainField
}

// plainField writes one field of an object.
type plainField struct {
	scalar func(dst []byte, object any) []byte
	// For a field that is an object or a list: its type and how to walk it.
	of   *plainType
	each func(object any, visit func(any)) // list
	one  func(object any) any              // object, nil for none
}

// plainStep is a field of a selection, ready to be written.
type plainStep struct {
	name  string // of the field
	key   []byte // with quotes and colon
	field plainField
	sub   []plainStep
}

// plainLists says which fields of which types are lists worth writing plainly.
var plainLists = map[string]map[string]*plainType{
	"NeedConnection":    {"nodes": plainNeed, "edges": plainNeedEdge},
	"ServiceConnection": {"nodes": plainService, "edges": plainServiceEdge},
	"NeedMap":           {"cells": plainNeedMapCell},
	"Coverage":          {"rows": plainCoverageRow, "areas": plainCoverageRow, "fields": plainCoverageRow},
}

// PlainLists is the gqlgen extension that writes plain lists.
type PlainLists struct{}

var _ interface {
	graphql.HandlerExtension
	graphql.FieldInterceptor
} = PlainLists{}

// ExtensionName names the extension.
func (PlainLists) ExtensionName() string { return "PlainLists" }

// Validate accepts every schema.
func (PlainLists) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptField replaces a list by its finished bytes where its selection is plain.
func (PlainLists) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	fc := graphql.GetFieldContext(ctx)
	of := plainLists[fc.Object][fc.Field.Name]
	if of == nil {
		return next(ctx)
	}
	value, err := next(ctx)
	if err != nil {
		return value, err
	}
	steps, ok := of.compile(graphql.GetOperationContext(ctx), fc.Field.Selections)
	if !ok {
		return value, nil
	}
	switch list := value.(type) {
	case []*Need:
		if readsPlace(steps) {
			notePlaces(ctx, list)
		}
		return plainList(list, steps), nil
	case []*NeedEdge:
		if readsPlace(steps) {
			notePlaces(ctx, nodesOf(list))
		}
		return plainList(list, steps), nil
	case []*Service:
		return plainList(list, steps), nil
	case []*ServiceEdge:
		return plainList(list, steps), nil
	case []*NeedMapCell:
		return plainList(list, steps), nil
	case []*CoverageRow:
		return plainList(list, steps), nil
	}
	return value, nil
}

// compile reads a selection; ok is false when it holds a field that is not plain.
func (t *plainType) compile(oc *graphql.OperationContext, selection ast.SelectionSet) (steps []plainStep, ok bool) {
	for _, field := range graphql.CollectFields(oc, selection, t.implements) {
		known, found := t.fields[field.Name]
		if !found || field.Deferrables != nil {
			return nil, false
		}
		step := plainStep{name: field.Name, key: append(appendText(nil, field.Alias), ':'), field: known}
		if known.of != nil {
			if step.sub, ok = known.of.compile(oc, field.Selections); !ok {
				return nil, false
			}
		}
		steps = append(steps, step)
	}
	return steps, true
}

// plainList writes objects, one after the other.
func plainList[T any](list []T, steps []plainStep) graphql.Marshaler {
	const guess = 256 // bytes an object
	dst := make([]byte, 0, 2+len(list)*guess)
	dst = append(dst, '[')
	for i, object := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendObject(dst, object, steps)
	}
	dst = append(dst, ']')
	return graphql.WriterFunc(func(w io.Writer) { w.Write(dst) })
}

func appendObject(dst []byte, object any, steps []plainStep) []byte {
	dst = append(dst, '{')
	for i := range steps {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, steps[i].key...)
		dst = steps[i].append(dst, object)
	}
	return append(dst, '}')
}

func (s *plainStep) append(dst []byte, object any) []byte {
	switch {
	case s.field.scalar != nil:
		return s.field.scalar(dst, object)
	case s.field.one != nil:
		one := s.field.one(object)
		if one == nil {
			return append(dst, "null"...)
		}
		return appendObject(dst, one, s.sub)
	}
	return s.appendList(dst, object)
}

// appendList stands apart because its closure moves dst to the heap.
func (s *plainStep) appendList(dst []byte, object any) []byte {
	dst = append(dst, '[')
	first := true
	s.field.each(object, func(item any) {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = appendObject(dst, item, s.sub)
	})
	return append(dst, ']')
}

// appendText writes a string as JSON.
func appendText(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c == 0x7f {
			return appendEscaped(dst, s)
		}
	}
	if !utf8.ValidString(s) {
		return appendEscaped(dst, s)
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

func appendEscaped(dst []byte, s string) []byte {
	var b bytes.Buffer
	graphql.MarshalString(s).MarshalGQL(&b)
	return append(dst, b.Bytes()...)
}
