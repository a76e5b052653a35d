package coverage

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// TestBoardPut follows one board through changes: each step tells what stands after.
func TestBoardPut(t *testing.T) {
	b := NewBoard(0)
	agreed := answer(new(7), 4, needmap.ResponseAccepted)
	for _, c := range []struct {
		name   string
		put    Need
		totals needmap.Tally
		held   int     // places of service 7
		open   []int64 // keys
	}{
		{"the first", elderly(5, people(10, 2)), needmap.Tally{Needs: 1, OpenNeeds: 1, OpenPeople: 10, PeopleAnswered: 2}, 0, []int64{5}},
		{"another", elderly(8, agreed), needmap.Tally{Needs: 2, OpenNeeds: 2, OpenPeople: 20, PeopleAnswered: 2}, 4, []int64{5, 8}},
		{"a key out of order", elderly(3, people(1, 0), agreed), needmap.Tally{Needs: 3, OpenNeeds: 3, OpenPeople: 21, PeopleAnswered: 2}, 8, []int64{3, 5, 8}},
		{"one in order again", elderly(9, people(1, 0)), needmap.Tally{Needs: 4, OpenNeeds: 4, OpenPeople: 22, PeopleAnswered: 2}, 8, []int64{3, 5, 8, 9}},
		{"the first changes", elderly(5, people(11, 3), agreed, agreed), needmap.Tally{Needs: 4, OpenNeeds: 4, OpenPeople: 23, PeopleAnswered: 3}, 16, []int64{3, 5, 8, 9}},
		{"the one out of order changes", elderly(3, people(2, 1)), needmap.Tally{Needs: 4, OpenNeeds: 4, OpenPeople: 24, PeopleAnswered: 4}, 12, []int64{3, 5, 8, 9}},
		{"one ends", elderly(8, isNow(needmap.StatusMet)), needmap.Tally{Needs: 4, OpenNeeds: 3, OpenPeople: 14, PeopleAnswered: 4}, 8, []int64{3, 5, 9}},
		{"it ends again", elderly(8, isNow(needmap.StatusClosed)), needmap.Tally{Needs: 4, OpenNeeds: 3, OpenPeople: 14, PeopleAnswered: 4}, 8, []int64{3, 5, 9}},
		{"the first ends", elderly(5, isNow(needmap.StatusRejected)), needmap.Tally{Needs: 4, OpenNeeds: 2, OpenPeople: 3, PeopleAnswered: 1}, 0, []int64{3, 9}},
		{"one is reopened", elderly(8, agreed), needmap.Tally{Needs: 4, OpenNeeds: 3, OpenPeople: 13, PeopleAnswered: 1}, 4, []int64{3, 8, 9}},
		{"one that came ended", elderly(1, isNow(needmap.StatusMet)), needmap.Tally{Needs: 5, OpenNeeds: 3, OpenPeople: 13, PeopleAnswered: 1}, 4, []int64{3, 8, 9}},
	} {
		b.Put(c.put)
		if b.Totals() != c.totals || b.Len() != c.totals.Needs {
			t.Errorf("%s: %d needs, %+v, want %+v", c.name, b.Len(), b.Totals(), c.totals)
		}
		if got := b.HeldPlaces(7); got != c.held {
			t.Errorf("%s: %d places held, want %d", c.name, got, c.held)
		}
		if got := viewOf(b, nil, everything, nil).Needs(); !slices.Equal(got, c.open) {
			t.Errorf("%s: open needs %v, want %v", c.name, got, c.open)
		}
	}
}

// TestBoardForgets: what declined, and what is held, goes with the need's old self.
func TestBoardForgets(t *testing.T) {
	b, services := boardOf(elderly(1, refusedBy(1))), []Service{home(1)}
	for _, c := range []struct {
		put  Need
		want int
	}{
		{elderly(1, refusedBy(1)), declined},
		{elderly(1), notYetHandled},
		{elderly(1, refusedBy(1)), declined},
		{elderly(1, isNow(needmap.StatusMet)), -1},
		{elderly(1), notYetHandled},
	} {
		b.Put(c.put)
		f := reportOf(t, viewOf(b, services, everything, nil), needmap.LevelLocal).Total
		if c.want < 0 && f.Needs != 0 || c.want >= 0 && f.Reasons[c.want] != 10 {
			t.Errorf("%+v, want all in number %d", f, c.want)
		}
	}
}

// TestBoardOfPutsIsAFreshOne: whatever happened on the way, and whenever it was
// judged, a board tells the same as one of the needs as they are at the end.
func TestBoardOfPutsIsAFreshOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		services := drawServices(t)
		c, keys := drawFilter(t)
		b, last := boardOf(ended()...), map[int64]Need{}
		for range rapid.IntRange(0, 25).Draw(t, "puts") {
			n := drawNeed(t, rapid.Int64Range(1, 12).Draw(t, "key"))
			last[n.ID] = n
			b.Put(n)
			if rapid.Bool().Draw(t, "settle") {
				viewOf(b, services, c, nil)
			}
			if rapid.IntRange(0, 5).Draw(t, "supply changes") == 0 {
				services = drawServices(t)
			}
		}
		fresh := boardOf(ended()...)
		for id := range int64(12) {
			if n, there := last[id+1]; there {
				fresh.Put(n)
			}
		}
		if b.Totals() != fresh.Totals() || b.Len() != fresh.Len() {
			t.Fatalf("totals %+v, want %+v", b.Totals(), fresh.Totals())
		}
		for service := range 5 {
			if got, want := b.HeldPlaces(service), fresh.HeldPlaces(service); got != want {
				t.Fatalf("service %d: %d places held, want %d", service, got, want)
			}
		}
		got, want := viewOf(b, services, c, keys), viewOf(fresh, services, c, keys)
		if !slices.Equal(got.Needs(), want.Needs()) {
			t.Fatalf("needs %v, want %v", got.Needs(), want.Needs())
		}
		if got, want := told(t, got), told(t, want); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	})
}

func TestAddResponse(t *testing.T) {
	for _, c := range []struct {
		status  needmap.ResponseStatus
		service *int
		want    Open
	}{
		{needmap.ResponseProposed, new(7), Open{Promised: 3, Held: []Held{{7, 3}}}},
		{needmap.ResponseAccepted, new(7), Open{Promised: 3, Held: []Held{{7, 3}}}},
		{needmap.ResponseAccepted, nil, Open{Promised: 3}},
		{needmap.ResponseDeclined, new(7), Open{Declined: []int{7}}},
		{needmap.ResponseDeclined, nil, Open{}}, // no service declined
		{needmap.ResponseDelivered, new(7), Open{}},
	} {
		var o Open
		o.AddResponse(c.service, 3, c.status)
		if o.Promised != c.want.Promised || !slices.Equal(o.Held, c.want.Held) || !slices.Equal(o.Declined, c.want.Declined) {
			t.Errorf("%s: %+v, want %+v", c.status, o, c.want)
		}
	}
}

// TestSupplyWith: places held change the numbers; who judges anew has a new sign.
func TestSupplyWith(t *testing.T) {
	s := NewSupply([]Service{home(1), home(2, being(needmap.ServiceSuspended))})
	field := FieldNumber(needmap.FieldElderly)
	for _, c := range []struct {
		name            string
		held            int
		free            int
		same, sameJudge bool
	}{{"the same", 0, 5, true, true}, {"some", 3, 2, false, true}, {"all", 5, 0, false, false}, {"more", 8, 0, false, false}} {
		with := s.With(func(int) int { return c.held })
		free := 0
		for _, service := range with.Services() {
			free += service.Free() // the suspended one has none
		}
		if free != c.free || (with == s) != c.same || (with.fields[field].sign == s.fields[field].sign) != c.sameJudge {
			t.Errorf("%s: %d free, the same %v", c.name, free, with == s)
		}
	}
	if s.Services()[0].Held != 0 {
		t.Error("the supply changed")
	}
}
