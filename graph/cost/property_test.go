package cost_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/graph/cost"
)

// choices are the fields that a random selection may take, by type; those that
// go on have the type that they lead to.
var choices = map[string][]struct{ text, next string }{
	"Query": {{"ping", ""}, {`town(code: "1")`, "Town"}, {"towns", "Town"},
		{"needs(first: 3)", "NeedConnection"}, {"needs", "NeedConnection"}},
	"Town": {{"code", ""}, {"name", ""}, {"tags", ""}, {"parent", "Town"}, {"children", "Town"},
		{"needs(first: 2)", "NeedConnection"}},
	"NeedConnection": {{"totalCount", ""}, {"nodes", "Need"}, {"edges", "NeedEdge"}},
	"NeedEdge":       {{"cursor", ""}, {"node", "Need"}},
	"Need":           {{"id", ""}, {"a", ""}, {"town", "Town"}},
}

// drawing draws a document whose every field has an alias of its own, so that
// nothing merges and nothing conflicts.
type drawing struct {
	t       *rapid.T
	aliases int
	spread  map[string]bool
}

func (d *drawing) selection(typ string, depth, fragment int) string {
	var parts []string
	for range rapid.IntRange(1, 3).Draw(d.t, "width") {
		kind := rapid.IntRange(0, 9).Draw(d.t, "kind")
		switch {
		case kind == 0 && fragment < len(fragmentTypes):
			for i := fragment; i < len(fragmentTypes); i++ {
				if fragmentTypes[i] == typ {
					name := fmt.Sprintf("F%d", i)
					d.spread[name] = true
					parts = append(parts, "..."+name)
					break
				}
			}
		case kind == 1 && depth > 0:
			parts = append(parts, "... on "+typ+" "+d.selection(typ, depth-1, fragment))
		default:
			parts = append(parts, d.field(typ, depth, fragment))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "__typename")
	}
	return "{" + strings.Join(parts, " ") + "}"
}

func (d *drawing) field(typ string, depth, fragment int) string {
	choice := rapid.SampledFrom(choices[typ]).Draw(d.t, "field")
	if choice.next != "" && depth == 0 {
		choice.text, choice.next = "__typename", ""
	}
	d.aliases++
	text := fmt.Sprintf("f%d: %s", d.aliases, choice.text)
	if choice.next != "" {
		text += " " + d.selection(choice.next, depth-1, fragment)
	}
	return text
}

// fragmentTypes are the types of fragments F0, F1, …: each may spread later ones.
var fragmentTypes = []string{"Town", "Need", "Town", "Need"}

func (d *drawing) document(extra string) (plain, longer string) {
	root := d.selection("Query", 4, 0)
	longer = root[:len(root)-1] + " " + extra + "}"
	var fragments []string
	for i, typ := range fragmentTypes {
		fragments = append(fragments, fmt.Sprintf(" fragment F%d on %s %s", i, typ, d.selection(typ, 2, i+1)))
	}
	tail := strings.Join(fragments, "")
	// Fragments that nothing spreads are invalid: give each a place of no cost to compare.
	var idle string
	for i, typ := range fragmentTypes {
		if !d.spread[fmt.Sprintf("F%d", i)] {
			idle += fmt.Sprintf(" ... on Query {idle%d: town(code: \"1\") {... on %s {...F%d}}}", i, typ, i)
			if typ == "Need" {
				idle = strings.Replace(idle, fmt.Sprintf("{... on Need {...F%d}}", i),
					fmt.Sprintf("{needs {nodes {...F%d}}}", i), 1)
			}
		}
	}
	return root[:len(root)-1] + idle + "}" + tail, longer[:len(longer)-1] + idle + "}" + tail
}

func TestPriceEqualsNaiveExpansion(t *testing.T) {
	s := schema(t)
	rapid.Check(t, func(rt *rapid.T) {
		d := drawing{t: rt, spread: map[string]bool{}}
		query, _ := d.document("ping")
		doc, errs := gqlparser.LoadQueryWithRules(s, query, nil)
		if errs != nil {
			rt.Fatalf("%s: %v", query, errs)
		}
		want := naive(doc.Operations[0].SelectionSet)
		if got := price(t, s, cost.Options{}, query, `{}`); got != want {
			rt.Fatalf("cost of %s is %d, naively %d", query, got, want)
		}
	})
}

// naive prices by unfolding everything, with the sizes written out by hand.
func naive(set ast.SelectionSet) int {
	sum := 0
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			items := 1
			switch s.Name {
			case "towns", "children":
				items = 10
			case "needs":
				items = 50
				if arg := s.Arguments.ForName("first"); arg != nil {
					_, _ = fmt.Sscan(arg.Value.Raw, &items)
				}
			}
			sum += 1 + items*naive(s.SelectionSet)
		case *ast.InlineFragment:
			sum += naive(s.SelectionSet)
		case *ast.FragmentSpread:
			sum += naive(s.Definition.SelectionSet)
		}
	}
	return sum
}

func TestPriceIsMonotone(t *testing.T) {
	s := schema(t)
	rapid.Check(t, func(rt *rapid.T) {
		d := drawing{t: rt, spread: map[string]bool{}}
		extra := d.field("Query", 3, len(fragmentTypes))
		plain, longer := d.document(extra)
		before, after := price(t, s, cost.Options{}, plain, `{}`), price(t, s, cost.Options{}, longer, `{}`)
		if after <= before {
			rt.Fatalf("%s costs %d, with %s only %d", plain, before, extra, after)
		}
	})
}
