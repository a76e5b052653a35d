package server_test

import (
	"slices"
	"strings"
	"testing"
)

// schema is what the server says of itself.
type schema struct {
	types map[string]*schemaType
}

type schemaType struct {
	Kind, Name    string
	Fields        []*schemaField
	InputFields   []*schemaArgument
	PossibleTypes []struct{ Name string }
	EnumValues    []struct{ Name string }
}

type schemaField struct {
	Name string
	Type typeRef
	Args []*schemaArgument
	of   *schemaType // that it belongs to
}

type schemaArgument struct {
	Name         string
	Type         typeRef
	DefaultValue *string
}

type typeRef struct {
	Kind, Name string
	OfType     *typeRef
}

// named gives the type inside lists and non-nulls.
func (r typeRef) named() string {
	for r.OfType != nil {
		r = *r.OfType
	}
	return r.Name
}

func (r typeRef) isList() bool {
	for ; r.OfType != nil; r = *r.OfType {
		if r.Kind == "LIST" {
			return true
		}
	}
	return false
}

func (a *schemaArgument) required() bool { return a.Type.Kind == "NON_NULL" && a.DefaultValue == nil }

const introspection = `{__schema {types {kind name possibleTypes {name} enumValues {name}
	fields {name type {...T} args {name defaultValue type {...T}}} inputFields {name defaultValue type {...T}}}}}
fragment T on __Type {kind name ofType {kind name ofType {kind name ofType {kind name}}}}`

func readSchema(tb testing.TB, s *site) *schema {
	tb.Helper()
	var got struct {
		Schema struct{ Types []*schemaType } `json:"__schema"`
	}
	s.get(tb, introspection, nil, &got)
	read := &schema{map[string]*schemaType{}}
	for _, t := range got.Schema.Types {
		read.types[t.Name] = t
		for _, f := range t.Fields {
			f.of = t
		}
	}
	return read
}

// concrete gives the object types that a field can be; none for a leaf.
func (s *schema) concrete(f *schemaField) []*schemaType {
	t := s.types[f.Type.named()]
	switch t.Kind {
	case "OBJECT":
		return []*schemaType{t}
	case "INTERFACE", "UNION":
		var list []*schemaType
		for _, p := range t.PossibleTypes {
			if of := s.types[p.Name]; of.Kind == "OBJECT" {
				list = append(list, of)
			}
		}
		return list
	}
	return nil
}

// reachable gives the object types that some fields lead to.
func (s *schema) reachable(from string) map[string]bool {
	found := map[string]bool{}
	var visit func(*schemaType)
	visit = func(t *schemaType) {
		if found[t.Name] {
			return
		}
		found[t.Name] = true
		for _, f := range t.Fields {
			for _, to := range s.concrete(f) {
				visit(to)
			}
		}
	}
	visit(s.types[from])
	return found
}

// hop is a step of a path through the schema: a field, and the object type that
// is looked at behind it.
type hop struct {
	field *schemaField
	to    *schemaType
}

// weight is 0 for the wrapping of lists, which leads nowhere by itself.
func (h hop) weight() int {
	if strings.HasSuffix(h.to.Name, "Connection") || strings.HasSuffix(h.to.Name, "Edge") {
		return 0
	}
	return 1
}

// paths lists all paths from a type up to a length. Behind edges lies the same
// as behind nodes.
func (s *schema) paths(from *schemaType, length int) [][]hop {
	var list [][]hop
	var walk func(t *schemaType, so []hop, left int)
	walk = func(t *schemaType, so []hop, left int) {
		for _, f := range t.Fields {
			for _, to := range s.concrete(f) {
				next := hop{f, to}
				if left < next.weight() {
					continue
				}
				path := append(slices.Clone(so), next)
				list = append(list, path)
				if len(so) == 0 || !strings.HasSuffix(t.Name, "Edge") {
					walk(to, path, left-next.weight())
				}
			}
		}
	}
	walk(from, nil, length)
	return list
}

// isPart reports whether some path of a length begins with another.
func (s *schema) isPart(path []hop, length int) bool {
	for _, h := range path {
		length -= h.weight()
	}
	last := path[len(path)-1]
	goesOn := func(f *schemaField) bool {
		return slices.ContainsFunc(s.concrete(f), func(to *schemaType) bool { return hop{f, to}.weight() <= length })
	}
	behindEdge := len(path) > 1 && strings.HasSuffix(last.field.of.Name, "Edge")
	return !behindEdge && slices.ContainsFunc(last.to.Fields, goesOn)
}

// pathName writes a path for people.
func pathName(path []hop) string {
	var b strings.Builder
	for _, h := range path {
		b.WriteString("/" + h.field.Name)
		if h.field.Type.named() != h.to.Name {
			b.WriteString("(" + h.to.Name + ")")
		}
	}
	return b.String()
}

// writer writes queries; args gives the arguments of a field with parentheses,
// skipped says which fields are left out.
type writer struct {
	schema  *schema
	args    func(f *schemaField, to *schemaType, depth int) string
	skipped map[string]bool // by "Type.field"
	lean    bool            // nothing but what the path leads to
}

// query writes the query of a path: the leaves of every object on it, and with
// wide those of all objects that are one step beyond.
func (w writer) query(path []hop, wide bool) string {
	return "{" + w.step(path, 0, wide) + "}"
}

func (w writer) step(path []hop, depth int, wide bool) string {
	h := path[depth]
	inside := "__typename "
	if last := depth == len(path)-1; last || !w.lean {
		inside = w.leaves(h.to)
		if last && wide {
			inside += w.beyond(h.to, depth+1)
		}
	}
	if depth < len(path)-1 {
		inside += w.step(path, depth+1, wide)
	}
	return w.object(h, depth, inside)
}

func (w writer) object(h hop, depth int, inside string) string {
	if h.field.Type.named() != h.to.Name {
		inside = "__typename ... on " + h.to.Name + " {" + inside + "}"
	}
	return h.field.Name + w.args(h.field, h.to, depth) + " {" + inside + "} "
}

func (w writer) leaves(t *schemaType) string {
	text := "__typename "
	for _, f := range t.Fields {
		if len(w.schema.concrete(f)) == 0 && !w.skipped[t.Name+"."+f.Name] {
			text += f.Name + w.args(f, nil, 1) + " "
		}
	}
	return text
}

// beyond selects the objects one step further. What is on the path already is
// merged by the server; an alias keeps other types behind the same field apart.
func (w writer) beyond(t *schemaType, depth int) string {
	text := ""
	for _, f := range t.Fields {
		if w.skipped[t.Name+"."+f.Name] {
			continue
		}
		for i, to := range w.schema.concrete(f) {
			one := w.object(hop{f, to}, depth, w.leaves(to))
			if i > 0 {
				one = "as" + to.Name + ": " + one
			}
			text += one
		}
	}
	return text
}
