package coverage

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

var ofEveryStatus = []Service{
	home(1), home(2, being(needmap.ServiceSuspended)), home(3, being(needmap.ServiceClosed)), home(4, being(needmap.ServicePlanned)),
}

func TestScenarioCheck(t *testing.T) {
	for _, c := range []struct {
		name     string
		scenario Scenario
		wrong    string // part of the message; "" for none
	}{
		{"nothing", Scenario{}, ""},
		{"one of each", Scenario{Close: []int{4}, Suspend: []int{1}, Reopen: []int{2, 3}, Add: []Service{home(0)}}, ""},
		{"close what is suspended", Scenario{Close: []int{2}}, ""},
		{"as many as may be", Scenario{Add: make([]Service, MaxScenario)}, ""},
		{"too many", Scenario{Close: []int{1}, Add: make([]Service, MaxScenario)}, "at most 100"},
		{"not there", Scenario{Close: []int{9}}, "no such service"},
		{"not there to reopen", Scenario{Reopen: []int{-1}}, "no such service"},
		{"twice", Scenario{Close: []int{1, 1}}, `"home 1" is named twice`},
		{"twice in different parts", Scenario{Close: []int{2}, Reopen: []int{2}}, `"home 2" is named twice`},
		{"closed already", Scenario{Close: []int{3}}, `"home 3" is CLOSED already`},
		{"suspend what is planned", Scenario{Suspend: []int{4}}, `"home 4" is PLANNED: only one that is ACTIVE`},
		{"suspended already", Scenario{Suspend: []int{2}}, `"home 2" is SUSPENDED already`},
		{"open already", Scenario{Reopen: []int{1}}, `"home 1" is ACTIVE already`},
	} {
		err := c.scenario.Check(ofEveryStatus)
		if c.wrong == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		var e *needmap.Error
		if !errors.As(err, &e) || e.Code != needmap.CodeInvalid || e.Field != "whatIf" || !strings.Contains(e.Message, c.wrong) {
			t.Errorf("%s: %v, want INVALID of whatIf with %q", c.name, err, c.wrong)
		}
	}
}

func TestScenarioApply(t *testing.T) {
	c := Scenario{Close: []int{1}, Suspend: []int{4}, Reopen: []int{2, 3}, Add: []Service{home(1, full5, being(needmap.ServiceClosed)), home(0)}}
	services := slices.Clone(ofEveryStatus)
	services[0].Held = 4
	var got []string
	for _, s := range c.Apply(services) {
		got = append(got, fmt.Sprint(s.ID, " ", s.Status, " ", s.Held))
	}
	want := []string{"1 CLOSED 4", "2 ACTIVE 0", "3 ACTIVE 0", "4 SUSPENDED 0", "-1 ACTIVE 0", "-2 ACTIVE 0"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if services[0].Status != needmap.ServiceActive || c.Add[0].ID != 1 {
		t.Error("the services before, or those to add, changed")
	}
}

func drawScenario(t *rapid.T, services []Service) (c Scenario) {
	for _, s := range services {
		switch rapid.IntRange(0, 5).Draw(t, "change") {
		case 0:
			c.Close = append(c.Close, s.ID)
		case 1:
			c.Suspend = append(c.Suspend, s.ID)
		case 2:
			c.Reopen = append(c.Reopen, s.ID)
		}
	}
	c.Add = drawServices(t)
	return c
}

// TestUnderIsABoardSettledSo: a view under another supply tells what a board of its
// own would, and the board that it looks at stays as it was, for this view and for
// others.
func TestUnderIsABoardSettledSo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		needs, services := drawNeeds(t), drawServices(t)
		c, keys := drawFilter(t)
		b := boardOf(needs...)
		v := viewOf(b, services, c, keys)
		all := c
		all.MunicipalityIDs, all.Fields, all.Origins, all.Statuses, all.SeverityAtLeast = nil, nil, nil, nil, 1
		everybody := NewView(b, v.supply, all, nil)
		before, beforeAll := told(t, v), told(t, everybody)

		changed := drawScenario(t, services).Apply(v.Services())
		under := v.Under(NewSupply(changed))
		fresh := boardOf(needs...)
		fresh.Settle(under.supply, c.Cells)
		if got, want := told(t, under), told(t, NewView(fresh, under.supply, c, keys)); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
		for field := range fieldCount {
			if got, want := under.Placing(field), NewView(fresh, under.supply, c, keys).Placing(field); got != want {
				t.Fatalf("placing %+v, want %+v", got, want)
			}
		}
		if told(t, v) != before || told(t, everybody) != beforeAll {
			t.Fatal("the board changed")
		}
		if back := told(t, under.Under(v.supply)); back != before {
			t.Fatalf("back again\n%s\nwant\n%s", back, before)
		}
	})
}

// TestUnderClosing: a closed service leaves the gap without one; a reopened one takes
// it away.
func TestUnderClosing(t *testing.T) {
	services := []Service{home(1), home(2, serving(second), being(needmap.ServiceSuspended))}
	v := viewOf(boardOf(elderly(1), elderly(2, in(second))), services, everything, nil)
	under := v.Under(NewSupply(Scenario{Close: []int{1}, Reopen: []int{2}}.Apply(services)))
	for _, c := range []struct {
		name                          string
		view                          View
		noService, suspended, handled int
	}{{"before", v, 0, 10, 10}, {"under the scenario", under, 10, 0, 10}} {
		r := reportOf(t, c.view, needmap.LevelLocal).Total.Reasons
		if r[noService] != c.noService || r[suspended] != c.suspended || r[notYetHandled] != c.handled {
			t.Errorf("%s: %v", c.name, r)
		}
	}
}
