package coverage

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// The needs and services of the report that is worked out by hand: demand, answered,
// promised in brackets, reason of the others.
var (
	handNeeds = []Need{
		elderly(1, people(10, 4), answer(new(1), 2, needmap.ResponseAccepted)), // Municipio I: (2), 4 not yet handled
		elderly(2, in(second), people(5, 0), refusedBy(1)),                     // Municipio II: 5 declined
		elderly(3, in(rome), people(3, 1)),                                     // Rome alone: 2 no service
		elderly(4, in(zagarolo), people(2, 2)),                                 // nothing left
		elderly(5, in(viterbo), people(7, 0), of(needmap.FieldMinors)),         // 7 no service
		elderly(6, in(aquila), people(4, 0), at(north(90_000))),                // 4 full
		elderly(7, people(50, 0), isNow(needmap.StatusMet)),
	}
	handServices = []Service{
		home(1, serving(first, second)), // 2 of 5 places held
		home(2, serving(second, viterbo), being(needmap.ServiceSuspended), func(s *Service) { s.Capacity = 8 }),
		home(3, serving(aquila), func(s *Service) { s.Capacity = 0 }),
		home(4, serving(zagarolo), being(needmap.ServicePlanned)),
		home(5, serving(first, aquila), being(needmap.ServiceClosed)),
	}
)

// handAreas are the figures of that report by area, all fields together, and those of
// everything. Of the services of the
// second need one declined it, and the other does not run: the later reason counts.
func handAreas() (byLevel map[needmap.TerritoryLevel][]Figures, total Figures) {
	first := Figures{Needs: 1, Demand: 10, Answered: 4, Promised: 2, Reasons: [reasonCount]int{notYetHandled: 6}, Services: 1, Capacity: 5, Free: 3}
	second := Figures{
		Needs: 1, Demand: 5, Reasons: [reasonCount]int{declined: 5},
		Services: 2, Capacity: 5, Free: 3, SuspendedServices: 1, SuspendedCapacity: 8,
	}
	comune := second // whose services serve both municipi; Rome alone has 3 people more
	comune.Needs, comune.Demand, comune.Answered, comune.Promised = 3, 18, 5, 2
	comune.Reasons = [reasonCount]int{noService: 2, declined: 5, notYetHandled: 6}
	zagarolo := Figures{Needs: 1, Demand: 2, Answered: 2}
	province := comune
	province.Needs, province.Demand, province.Answered = 4, 20, 7
	viterbo := Figures{Needs: 1, Demand: 7, Reasons: [reasonCount]int{noService: 7}, Services: 1, SuspendedServices: 1, SuspendedCapacity: 8}
	lazio := province // service 2 serves Viterbo too, and counts once
	lazio.Needs, lazio.Demand, lazio.Reasons[noService] = 5, 27, 9
	aquila := Figures{Needs: 1, Demand: 4, Located: 1, Reasons: [reasonCount]int{full: 4}, Services: 1}
	total = lazio
	total.Needs, total.Demand, total.Located, total.Reasons[full], total.Services = 6, 31, 1, 4, 3
	return map[needmap.TerritoryLevel][]Figures{
		needmap.LevelLocal:    {viterbo, first, second, zagarolo, aquila},
		needmap.LevelComune:   {viterbo, comune, zagarolo, aquila},
		needmap.LevelProvince: {viterbo, province, aquila},
		needmap.LevelRegion:   {lazio, aquila},
	}, total
}

func TestReportByHand(t *testing.T) {
	byLevel, total := handAreas()
	for level, want := range byLevel {
		r := reportOf(t, viewOf(boardOf(handNeeds...), handServices, everything, nil), level)
		if !slices.Equal(r.ByArea, want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", level, r.ByArea, want)
		}
		if r.Total != total {
			t.Errorf("%s: total\n%+v, want\n%+v", level, r.Total, total)
		}
	}
}

// TestReportCells: of an area each field has its own, and the rest of the fields is
// empty.
func TestReportCells(t *testing.T) {
	r := reportOf(t, viewOf(boardOf(handNeeds...), handServices, everything, nil), needmap.LevelProvince)
	minors, old := FieldNumber(needmap.FieldMinors), FieldNumber(needmap.FieldElderly)
	if got := r.Cell(0, minors); got.Demand != 7 || got.Services != 0 {
		t.Errorf("minors in Viterbo: %+v", got)
	}
	if got := r.Cell(0, old); got.Demand != 0 || got.SuspendedCapacity != 8 {
		t.Errorf("elderly in Viterbo: %+v", got)
	}
	if r.Fields[minors].Demand != 7 || r.Fields[old].Demand != 24 || r.Fields[old].Services != 3 {
		t.Errorf("fields %+v", r.Fields)
	}
}

func TestViewFilter(t *testing.T) {
	days := func(from, to needmap.Date) needmap.NeedCriteria {
		return needmap.NeedCriteria{ReportedFrom: &from, ReportedTo: &to}
	}
	b := boardOf(
		elderly(1), elderly(2, in(second)), elderly(3, of(needmap.FieldMinors)),
		elderly(4, func(n *Need) { n.Origin = needmap.OriginEmerging }), elderly(5, func(n *Need) { n.Severity = 5 }),
		elderly(6, func(n *Need) { n.ReportedOn = "2026-02-01" }), elderly(7, isNow(needmap.StatusVerified)),
		elderly(8, isNow(needmap.StatusMet)), elderly(9, in(rome)),
	)
	for _, c := range []struct {
		name string
		c    needmap.NeedCriteria
		keys []int64
		want []int64
	}{
		{"everything that is open", needmap.NeedCriteria{}, nil, []int64{1, 2, 3, 4, 5, 6, 7, 9}},
		{"keys", needmap.NeedCriteria{}, []int64{8, 7, 1, 99}, []int64{1, 7}},
		{"no keys", needmap.NeedCriteria{}, []int64{}, []int64{}},
		{"municipalities", needmap.NeedCriteria{MunicipalityIDs: []int{second, rome, zagarolo}}, nil, []int64{2, 9}},
		{"no municipality", needmap.NeedCriteria{MunicipalityIDs: []int{}}, nil, []int64{}},
		{"fields", needmap.NeedCriteria{Fields: []needmap.Field{needmap.FieldMinors, needmap.FieldDisability}}, nil, []int64{3}},
		{"no field", needmap.NeedCriteria{Fields: []needmap.Field{}}, nil, []int64{}},
		{"origins", needmap.NeedCriteria{Origins: []needmap.NeedOrigin{needmap.OriginEmerging}}, nil, []int64{4}},
		{"statuses", needmap.NeedCriteria{Statuses: []needmap.NeedStatus{needmap.StatusVerified, needmap.StatusMet}}, nil, []int64{7}},
		{"severity", needmap.NeedCriteria{SeverityAtLeast: 4}, nil, []int64{5}},
		{"days, both ends included", days("2026-01-10", "2026-01-31"), nil, []int64{1, 2, 3, 4, 5, 7, 9}},
		{"the first day", days("2026-02-01", "2026-02-01"), nil, []int64{6}},
		{"all of them", needmap.NeedCriteria{MunicipalityIDs: []int{first}, Fields: []needmap.Field{needmap.FieldElderly}, SeverityAtLeast: 5}, []int64{4, 5}, []int64{5}},
	} {
		v := viewOf(b, nil, c.c, c.keys)
		if got := v.Needs(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if got := reportOf(t, v, needmap.LevelLocal).Total.Needs; got != len(c.want) {
			t.Errorf("%s: %d needs, want %d", c.name, got, len(c.want))
		}
	}
}

// TestReportSupplyWithoutNeeds: the services that serve an area are there whether or
// not anybody there ever had a need.
func TestReportSupplyWithoutNeeds(t *testing.T) {
	services := []Service{home(1, serving(zagarolo))}
	for name, c := range map[string]needmap.NeedCriteria{
		"all areas": everything, "the area alone": {SeverityAtLeast: 1, MunicipalityIDs: []int{zagarolo}},
	} {
		total := reportOf(t, viewOf(boardOf(elderly(1)), services, c, nil), needmap.LevelLocal).Total
		if total.Services != 1 || total.Capacity != 5 {
			t.Errorf("%s: %d services with %d places, want 1 with 5", name, total.Services, total.Capacity)
		}
	}
}

// parents are the levels, each with the one above.
var parents = [][2]needmap.TerritoryLevel{
	{needmap.LevelLocal, needmap.LevelComune}, {needmap.LevelComune, needmap.LevelProvince}, {needmap.LevelProvince, needmap.LevelRegion},
}

func TestReportAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, keys := drawFilter(t)
		v := viewOf(boardOf(append(drawNeeds(t), ended()...)...), drawServices(t), c, keys)
		for _, levels := range parents {
			checkLevels(t, reportOf(t, v, levels[0]), reportOf(t, v, levels[1]))
		}
		checkSupply(t, v, c)
	})
}

func checkLevels(t *rapid.T, below, above *Report) {
	sums := make([]Figures, len(above.Cells))
	for i := range below.Cells {
		f := &below.Cells[i]
		checkGap(t, f)
		parent, _ := above.Areas.Number(below.Areas.List[i/fieldCount].MunicipalityIDs[0])
		sums[parent*fieldCount+i%fieldCount].addDemand(f)
	}
	for i := range above.Cells {
		checkGap(t, &above.Cells[i])
		sameDemand(t, "parts and whole", sums[i], above.Cells[i])
	}
	var byArea Figures
	for i := range above.ByArea {
		checkGap(t, &above.ByArea[i])
		byArea.addDemand(&above.ByArea[i])
	}
	sameDemand(t, "areas and total", byArea, above.Total)
	if below.Total != above.Total || below.Fields != above.Fields {
		t.Fatalf("another level, another total: %+v and %+v", below.Total, above.Total)
	}
}

// checkGap: the reasons split the gap, and people with a promise are part of it.
func checkGap(t *rapid.T, f *Figures) {
	sum := 0
	for _, people := range f.Reasons {
		sum += people
	}
	if sum != f.Gap() || f.Promised > f.Reasons[notYetHandled] || f.Stuck() < 0 {
		t.Fatalf("the reasons add up to %d: %+v", sum, f)
	}
}

func sameDemand(t *rapid.T, what string, got, want Figures) {
	var demand Figures
	if demand.addDemand(&want); got != demand {
		t.Fatalf("%s: %+v, want %+v", what, got, demand)
	}
}

// checkSupply: in the margins each service counts once, however many areas it serves.
func checkSupply(t *rapid.T, v View, c needmap.NeedCriteria) {
	var want Figures
	for _, s := range v.Services() {
		asked := func(id int) bool { return c.MunicipalityIDs == nil || slices.Contains(c.MunicipalityIDs, id) }
		if s.exists() && (c.Fields == nil || slices.Contains(c.Fields, s.Field)) && slices.ContainsFunc(s.MunicipalityIDs, asked) {
			want.addService(&s)
		}
	}
	got := reportOf(t, v, needmap.LevelLocal).Total
	got = Figures{Services: got.Services, Capacity: got.Capacity, Free: got.Free, SuspendedServices: got.SuspendedServices, SuspendedCapacity: got.SuspendedCapacity}
	if got != want {
		t.Fatalf("supply %+v, want %+v", got, want)
	}
}
