package cost

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Price says what one field costs: Self + items × (price of what is selected
// under it), where items is what the sizing argument asks for.
type Price struct {
	Self    int    // the field's own price; 1 if zero
	Items   int    // items when no argument sizes the list; Options.Page or Options.List if zero
	SizedBy string // the argument that sizes it, a number or a list; first, last and limit if ""
	// With is what arguments add to the field's own price when they are given.
	With map[string]int
}

// rule is a compiled Price.
type rule struct {
	self, items int
	longest     int // items that an argument can ask for
	sizedBy     []*ast.ArgumentDefinition
	with        map[string]int
}

// pageArguments size a list wherever the schema has them.
var pageArguments = []string{"first", "last", "limit"}

// compile gives each field of the schema its rule.
func compile(schema *ast.Schema, opts Options) (map[*ast.FieldDefinition]rule, error) {
	for name, price := range opts.Prices {
		if err := known(schema, name, price); err != nil {
			return nil, err
		}
	}
	usual := introspectionPrices(schema)
	rules := map[*ast.FieldDefinition]rule{}
	for _, def := range schema.Types {
		for _, field := range def.Fields {
			name := def.Name + "." + field.Name
			price, ok := opts.Prices[name]
			if !ok {
				price = usual[name]
			}
			rules[field] = compileField(def, field, price, opts)
		}
	}
	return rules, nil
}

func compileField(def *ast.Definition, field *ast.FieldDefinition, price Price, opts Options) rule {
	r := rule{self: max(price.Self, 1), items: 1, longest: most, with: price.With}
	if opts.MaxPage > 0 && field.Arguments.ForName("first") != nil {
		r.longest = opts.MaxPage
	}
	names := pageArguments
	if price.SizedBy != "" {
		names = []string{price.SizedBy}
	}
	for _, arg := range field.Arguments {
		if slices.Contains(names, arg.Name) {
			r.sizedBy = append(r.sizedBy, arg)
		}
	}
	// A connection's own lists are counted where the connection is asked for.
	inConnection := strings.HasSuffix(def.Name, "Connection")
	switch {
	case price.Items > 0:
		r.items = price.Items
	case len(r.sizedBy) > 0:
		r.items = opts.Page
	case field.Type.Elem != nil && !inConnection:
		r.items = opts.List
	}
	return r
}

// known checks that a price names a field, and an argument, of the schema.
func known(schema *ast.Schema, name string, price Price) error {
	typeName, fieldName, _ := strings.Cut(name, ".")
	def := schema.Types[typeName]
	if def == nil || def.Fields.ForName(fieldName) == nil {
		return fmt.Errorf("cost: a price is given for %q, which the schema lacks", name)
	}
	names := slices.Collect(maps.Keys(price.With))
	if price.SizedBy != "" {
		names = append(names, price.SizedBy)
	}
	for _, by := range names {
		if def.Fields.ForName(fieldName).Arguments.ForName(by) == nil {
			return fmt.Errorf("cost: %s is priced by %q, an argument it lacks", name, by)
		}
	}
	return nil
}

// introspectionPrices sizes the lists of the introspection types: those of the
// schema exactly, those of a type as they are on average.
func introspectionPrices(schema *ast.Schema) map[string]Price {
	return map[string]Price{
		"__Schema.types":       {Items: len(schema.Types)},
		"__Schema.directives":  {Items: len(schema.Directives)},
		"__Directive.args":     {Items: 1},
		"__Field.args":         {Items: 2},
		"__Type.fields":        {Items: 8},
		"__Type.inputFields":   {Items: 2},
		"__Type.enumValues":    {Items: 2},
		"__Type.interfaces":    {Items: 1},
		"__Type.possibleTypes": {Items: 2},
	}
}

// amount is what a selection costs, apart for data and for introspection.
type amount struct{ fields, introspection int }

func (a amount) plus(b amount) amount {
	return amount{add(a.fields, b.fields), add(a.introspection, b.introspection)}
}

// pricer prices one operation. It works on a validated document only, and
// takes @skip and @include as if they kept everything.
type pricer struct {
	rules     map[*ast.FieldDefinition]rule
	variables map[string]any
	fragments map[*ast.FragmentDefinition]amount
}

func (p *pricer) selectionSet(set ast.SelectionSet) amount {
	var sum amount
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			sum = sum.plus(p.field(s))
		case *ast.InlineFragment:
			sum = sum.plus(p.selectionSet(s.SelectionSet))
		case *ast.FragmentSpread:
			sum = sum.plus(p.fragment(s.Definition))
		}
	}
	return sum
}

func (p *pricer) fragment(def *ast.FragmentDefinition) amount {
	if got, ok := p.fragments[def]; ok {
		return got
	}
	got := p.selectionSet(def.SelectionSet)
	if p.fragments == nil {
		p.fragments = map[*ast.FragmentDefinition]amount{}
	}
	p.fragments[def] = got
	return got
}

func (p *pricer) field(f *ast.Field) amount {
	r, ok := p.rules[f.Definition]
	if !ok { // __typename, whose definition the schema does not hold
		r = rule{self: 1, items: 1}
	}
	children := p.selectionSet(f.SelectionSet)
	if len(r.sizedBy) > 0 { // a sized leaf, such as a feature collection, pays for each item
		children.fields = max(children.fields, 1)
	}
	items := p.items(f, r)
	cost := add(p.own(f, r), mul(items, children.fields))
	if isIntrospection(f) {
		return amount{fields: 1, introspection: cost}
	}
	return amount{fields: cost, introspection: mul(items, children.introspection)}
}

// own is the field's own price, with what its arguments add.
func (p *pricer) own(f *ast.Field, r rule) int {
	price := r.self
	for name, more := range r.with {
		if arg := f.Arguments.ForName(name); arg != nil && !p.isNull(arg.Value) {
			price = add(price, more)
		}
	}
	return price
}

func (p *pricer) isNull(v *ast.Value) bool {
	if v.Kind == ast.Variable {
		return p.variables[v.Raw] == nil
	}
	return v.Kind == ast.NullValue
}

// items is the largest size that the field's arguments ask for.
func (p *pricer) items(f *ast.Field, r rule) int {
	size, given := 0, false
	for _, def := range r.sizedBy {
		if n, ok := p.size(f, def); ok {
			size, given = max(size, n), true
		}
	}
	if !given {
		return r.items
	}
	return min(size, r.longest)
}

// size reads one sizing argument; not ok when it is absent, null or no size.
func (p *pricer) size(f *ast.Field, def *ast.ArgumentDefinition) (int, bool) {
	value := def.DefaultValue
	if arg := f.Arguments.ForName(def.Name); arg != nil {
		_, set := p.variables[arg.Value.Raw]
		if arg.Value.Kind != ast.Variable || set {
			value = arg.Value
		}
	}
	if value == nil {
		return 0, false
	}
	got, err := value.Value(p.variables)
	if err != nil {
		return 0, false
	}
	return sizeOf(got)
}

// sizeOf takes a number or a list as a size. Numbers arrive as the client's
// JSON or the coercion left them.
func sizeOf(value any) (int, bool) {
	switch v := value.(type) {
	case int64:
		return int(v), true
	case int:
		return v, true
	case float64:
		return int(max(0, min(v, most))), true
	case json.Number:
		return sizeOf(v.String())
	case string:
		n, err := strconv.Atoi(v)
		return n, err == nil
	case []any:
		return len(v), true
	}
	return 0, false
}

func isIntrospection(f *ast.Field) bool { return f.Name == "__schema" || f.Name == "__type" }
