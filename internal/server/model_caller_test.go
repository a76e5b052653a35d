package server_test

import (
	"encoding/json"
	"slices"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// modelCaller is a caller as the property test knows it: what its role means,
// said once more and apart from the policy itself.
type modelCaller struct {
	token         string
	codes         []string // of the municipalities that an OPERATOR works in
	organisations []int    // that it works for
	cells         bool     // an ANALYST knows places as cells only
}

var modelCallers = []modelCaller{
	{token: ""}, // in demo mode a COORDINATOR
	{token: "Rome", codes: []string{"058091"}},
	{token: "some", codes: []string{"058091-05", "RM", "056059"}},
	{token: "one and an organisation", codes: []string{"058091-07"}, organisations: []int{2}},
	{token: "organisations", organisations: []int{1, 4}},
	{token: "nothing"},
	{token: "analyst", cells: true},
}

// modelTokens are those callers as the server knows them.
var modelTokens = func() tokens {
	known := tokens{}
	for _, c := range modelCallers {
		v := needmap.Viewer{Role: needmap.RoleOperator, Actor: c.token, Municipalities: c.codes, OrganisationIDs: c.organisations}
		if c.cells {
			v.Role = needmap.RoleAnalyst
		}
		known[c.token] = v
	}
	return known
}()

func drawCaller(t *rapid.T) modelCaller { return rapid.SampledFrom(modelCallers).Draw(t, "caller") }

func (c modelCaller) isOperator() bool { return c.token != "" && !c.cells }

// worksIn reports whether the caller sees every need of a place.
func (c modelCaller) worksIn(p place) bool {
	return !c.isOperator() || slices.ContainsFunc(c.codes, p.under)
}

func (c modelCaller) sees(n *modelNeed) bool {
	return c.worksIn(n.leaf) || slices.Contains(c.organisations, n.reporter) || slices.Contains(c.organisations, n.answerer)
}

// place is where the caller may know the need to be; nil without a point.
func (c modelCaller) place(n *modelNeed) *[2]float64 {
	if c.cells {
		return n.middle
	}
	return n.point
}

// modelPlace is a place of an answer: a point, or the polygon of a cell.
type modelPlace struct {
	Type        string
	Coordinates json.RawMessage
}

// at gives the point, or the middle of the polygon; ok is false for the other kind.
func (p modelPlace) at(cells bool) (at [2]float64, ok bool) {
	if !cells {
		return at, p.Type == "Point" && json.Unmarshal(p.Coordinates, &at) == nil
	}
	var rings [][][2]float64
	if p.Type != "Polygon" || json.Unmarshal(p.Coordinates, &rings) != nil || len(rings) != 1 || len(rings[0]) != 5 {
		return at, false
	}
	for _, corner := range rings[0][:4] {
		at[0], at[1] = at[0]+corner[0]/4, at[1]+corner[1]/4
	}
	return at, true
}
