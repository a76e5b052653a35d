package cost

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/innovainrete/needmap/internal/needmap"
)

// CheckShape looks at a parsed document, valid or not, and refuses one that
// validation or execution would take too long over: TOO_COMPLEX with the
// measure as extensions.cost and its bound as extensions.limit, or INVALID when
// a fragment spreads itself. Its time is linear in the document.
func (g *Guard) CheckShape(doc *ast.QueryDocument) *gqlerror.Error {
	m := newMeasurer(doc)
	var operations, fragments shape
	for _, op := range doc.Operations {
		operations = operations.beside(m.selectionSet(op.SelectionSet))
	}
	for _, fragment := range doc.Fragments {
		// Validation walks every fragment, also those that nothing spreads.
		fragments = fragments.beside(m.fragment(fragment))
	}
	if m.cycle != "" {
		return &gqlerror.Error{
			Message:    fmt.Sprintf("the fragment %s spreads itself", m.cycle),
			Extensions: map[string]any{"code": string(needmap.CodeInvalid)},
		}
	}
	if err := g.opts.Limits.check(operations, fragments); err != nil {
		return err
	}
	for _, set := range roots(doc) {
		if err := m.checkRepeats([]ast.SelectionSet{set}, g.opts.Limits.Repeats); err != nil {
			return err
		}
	}
	return nil
}

// roots are the selection sets that validation starts from.
func roots(doc *ast.QueryDocument) []ast.SelectionSet {
	var sets []ast.SelectionSet
	for _, op := range doc.Operations {
		sets = append(sets, op.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		sets = append(sets, fragment.SelectionSet)
	}
	return sets
}

// fragmentRoom is how many times Limits.Fields all fragments may unfold to
// together: each is counted whole in every fragment that spreads it.
const fragmentRoom = 5

func (l Limits) check(operations, fragments shape) *gqlerror.Error {
	for _, m := range []struct {
		got, limit int
		format     string
	}{
		{operations.depth, l.Depth, "the document nests fields %s deep, the limit is %d"},
		{operations.introspection, l.IntrospectionDepth, "the introspection nests fields %s deep, the limit is %d"},
		{operations.fields, l.Fields, "the document selects %s fields, the limit is %d"},
		{fragments.fields, fragmentRoom * l.Fields, "the fragments select %s fields in all, the limit is %d"},
		{operations.aliases, l.Aliases, "the document uses %s aliases, the limit is %d"},
		{max(operations.nesting, fragments.nesting), l.Nesting,
			"the document nests selections and fragments %s deep, the limit is %d"},
	} {
		if m.got > m.limit {
			return refuse(m.got, m.limit, m.format)
		}
	}
	return nil
}

// shape is what a selection set amounts to with its fragments unfolded.
type shape struct {
	fields, aliases               int
	depth, introspection, nesting int
}

// beside joins two selections of one set.
func (s shape) beside(t shape) shape {
	return shape{
		fields:        add(s.fields, t.fields),
		aliases:       add(s.aliases, t.aliases),
		depth:         max(s.depth, t.depth),
		introspection: max(s.introspection, t.introspection),
		nesting:       max(s.nesting, t.nesting),
	}
}

// measurer measures the selections of one document, each fragment once.
type measurer struct {
	fragments map[string]*ast.FragmentDefinition
	seen      map[*ast.FragmentDefinition]*shape // nil while being measured
	cycle     string                             // a fragment that spreads itself, if any
}

func newMeasurer(doc *ast.QueryDocument) *measurer {
	m := &measurer{
		fragments: map[string]*ast.FragmentDefinition{},
		seen:      map[*ast.FragmentDefinition]*shape{},
	}
	for _, fragment := range doc.Fragments {
		m.fragments[fragment.Name] = fragment
	}
	return m
}

func (m *measurer) selectionSet(set ast.SelectionSet) shape {
	var sum shape
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			sum = sum.beside(m.field(s))
		case *ast.InlineFragment:
			sum = sum.beside(m.selectionSet(s.SelectionSet))
		case *ast.FragmentSpread:
			if def := m.fragments[s.Name]; def != nil {
				sum = sum.beside(m.fragment(def))
			}
		}
	}
	if len(set) > 0 {
		sum.nesting++
	}
	return sum
}

func (m *measurer) field(f *ast.Field) shape {
	s := m.selectionSet(f.SelectionSet)
	s.fields = add(s.fields, 1)
	s.depth++
	if f.Alias != f.Name {
		s.aliases = add(s.aliases, 1)
	}
	if isIntrospection(f) {
		s.introspection, s.depth = s.depth, 1
	}
	return s
}

func (m *measurer) fragment(def *ast.FragmentDefinition) shape {
	if got, ok := m.seen[def]; ok {
		if got == nil {
			m.cycle = def.Name
			return shape{}
		}
		return *got
	}
	m.seen[def] = nil
	got := m.selectionSet(def.SelectionSet)
	m.seen[def] = &got
	return got
}

// checkRepeats refuses sets, selected in one place, that name one answer field
// more than limit times: validation compares all of them with one another. The
// caller has bounded the fields, so that unfolding is cheap.
func (m *measurer) checkRepeats(sets []ast.SelectionSet, limit int) *gqlerror.Error {
	places := map[string][]ast.SelectionSet{}
	for _, set := range sets {
		m.unfold(set, places)
	}
	for _, below := range places {
		if len(below) > limit {
			return refuse(len(below), limit,
				"the document selects one field %s times in one place, the limit is %d")
		}
		if err := m.checkRepeats(below, limit); err != nil {
			return err
		}
	}
	return nil
}

// unfold gathers the fields of a set by the name they take in the answer.
func (m *measurer) unfold(set ast.SelectionSet, places map[string][]ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			places[s.Alias] = append(places[s.Alias], s.SelectionSet)
		case *ast.InlineFragment:
			m.unfold(s.SelectionSet, places)
		case *ast.FragmentSpread:
			if def := m.fragments[s.Name]; def != nil {
				m.unfold(def.SelectionSet, places)
			}
		}
	}
}
