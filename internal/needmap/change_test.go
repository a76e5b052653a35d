package needmap

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// plainState is a need of municipality 1 that organisation 7 reported.
var plainState = NeedState{
	MunicipalityID: 1, Field: FieldMinors, Origin: OriginKnown, Status: StatusReported, Severity: 3, People: 2,
	ReportedOn: "2024-03-01", ReportedByID: 7,
}

func (s NeedState) with(change func(*NeedState)) *NeedState {
	change(&s)
	return &s
}

func TestUndo(t *testing.T) {
	type texts = map[string]string
	none := texts{}
	tests := []struct {
		name            string
		events          []NeedEventValues
		want            *NeedState
		moved, reworded bool
		ok              bool
	}{
		{"a report", []NeedEventValues{{Kind: EventReported, After: texts{"severity": "3"}}}, nil, false, false, true},
		{"a report and more", []NeedEventValues{{Kind: EventReported}, {Kind: EventStatus, Before: texts{"status": "REPORTED"}, After: none}}, nil, false, false, true},
		{"a confirmation", []NeedEventValues{{Kind: EventConfirmed, Before: none, After: texts{"lastConfirmedAt": "2024"}}}, &plainState, false, false, true},
		{"the oldest of two values", []NeedEventValues{
			{Kind: EventUpdated, Before: texts{"severity": "1", "people": "9"}, After: texts{"severity": "2", "people": "2"}},
			{Kind: EventUpdated, Before: texts{"severity": "2", "peopleAnswered": "1"}, After: texts{"severity": "3", "peopleAnswered": "0"}},
		}, plainState.with(func(s *NeedState) { s.Severity, s.People, s.PeopleAnswered = 1, 9, 1 }), false, false, true},
		{"another municipality and reporter", []NeedEventValues{{Kind: EventUpdated, BeforeMunicipalityID: 4, BeforeReportedByID: 8,
			Before: texts{"municipality": "a", "reportedBy": "b"}, After: texts{"municipality": "c", "reportedBy": "d"}}},
			plainState.with(func(s *NeedState) { s.MunicipalityID, s.ReportedByID = 4, 8 }), false, false, true},
		{"nobody reported it", []NeedEventValues{{Kind: EventUpdated, Before: none, After: texts{"reportedBy": "d"}}},
			plainState.with(func(s *NeedState) { s.ReportedByID = 0 }), false, false, true},
		{"a municipality that went", []NeedEventValues{{Kind: EventUpdated, Before: texts{"municipality": "a"}, After: texts{"municipality": "c"}}},
			plainState.with(func(s *NeedState) { s.MunicipalityID = 0 }), false, false, true},
		{"words", []NeedEventValues{{Kind: EventUpdated, Before: texts{"field": "ELDERLY", "origin": "EMERGING", "status": "VERIFIED"}, After: none}},
			plainState.with(func(s *NeedState) { s.Field, s.Origin, s.Status = FieldElderly, OriginEmerging, StatusVerified }), false, false, true},
		{"a place that came", []NeedEventValues{{Kind: EventUpdated, Before: none, After: texts{"location": "a point"}}}, &plainState, true, false, true},
		{"a place that is secret now", []NeedEventValues{{Kind: EventUpdated, Before: texts{"locationKind": "EXACT"}, After: none}}, &plainState, true, false, true},
		{"other words", []NeedEventValues{{Kind: EventUpdated, Before: texts{"summary": "x"}, After: none}}, &plainState, false, true, true},
		{"another day, which in Rome has begun", []NeedEventValues{{Kind: EventUpdated, Before: texts{"reportedAt": "2024-05-31T22:30:00Z"}, After: texts{"reportedAt": "2024-03-01T10:00:00Z"}}},
			plainState.with(func(s *NeedState) { s.ReportedOn = "2024-06-01" }), false, false, true},
		{"the same day in winter", []NeedEventValues{{Kind: EventUpdated, Before: texts{"reportedAt": "2024-03-01T22:30:00Z"}, After: texts{"reportedAt": "2024-03-01T10:00:00Z"}}}, &plainState, false, false, true},
		{"a day that is none", []NeedEventValues{{Kind: EventUpdated, Before: texts{"reportedAt": "yesterday"}, After: none}}, nil, false, false, false},
		{"nothing told", []NeedEventValues{{Kind: EventUpdated}}, nil, false, false, false},
		{"a number that is none", []NeedEventValues{{Kind: EventUpdated, Before: texts{"people": "many"}, After: none}}, nil, false, false, false},
		{"a word that is none", []NeedEventValues{{Kind: EventUpdated, Before: texts{"status": "GONE"}, After: none}}, nil, false, false, false},
	}
	for _, tt := range tests {
		got, ok := NeedDelta{Is: plainState}.Undo(tt.events)
		if ok != tt.ok {
			t.Errorf("%s: %v", tt.name, ok)
		}
		if !ok {
			continue
		}
		if (got.Was == nil) != (tt.want == nil) || got.Was != nil && *got.Was != *tt.want {
			t.Errorf("%s: was %+v, want %+v", tt.name, got.Was, tt.want)
		}
		if got.Moved != tt.moved || got.Reworded != tt.reworded || got.Kind != tt.events[len(tt.events)-1].Kind || got.Is != plainState {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

func TestWhomAChangeConcerns(t *testing.T) {
	all := NeedCriteria{SeverityAtLeast: 1}
	with := func(change func(*NeedCriteria)) NeedCriteria { c := all; change(&c); return c }
	march, april := Date("2024-03-01"), Date("2024-04-01")
	closed := plainState.with(func(s *NeedState) { s.Status = StatusClosed })
	open := with(func(c *NeedCriteria) { c.Statuses = []NeedStatus{StatusReported, StatusVerified} })
	territory := func(ids ...int) NeedCriteria {
		return NeedCriteria{SeverityAtLeast: 1, Access: Access{Scope: &Scope{MunicipalityIDs: ids, OrganisationIDs: []int{}}}}
	}
	organisation := func(ids ...int) NeedCriteria {
		return NeedCriteria{SeverityAtLeast: 1, Access: Access{Scope: &Scope{MunicipalityIDs: []int{}, OrganisationIDs: ids}}}
	}
	moved := NeedDelta{Was: plainState.with(func(s *NeedState) { s.MunicipalityID = 2 }), Is: plainState}
	report := NeedDelta{Is: plainState}
	closing := NeedDelta{Was: &plainState, Is: *closed}
	still := NeedDelta{Was: &plainState, Is: plainState}
	offered := NeedDelta{Was: &plainState, Is: plainState, Takers: []int{9}}
	lost := NeedDelta{Was: &plainState, Is: plainState, Former: []int{9}}
	later := NeedDelta{Was: &plainState, Is: *plainState.with(func(s *NeedState) { s.ReportedOn = "2024-05-01" })}
	inBox := with(func(c *NeedCriteria) { c.BBox = &BBox{East: 1, North: 1} })
	tests := []struct {
		name          string
		d             NeedDelta
		c             NeedCriteria
		concerns, out bool // out: it may have left
		touched       []int
	}{
		{"a report", report, all, true, false, []int{1}},
		{"a report of another field", report, with(func(c *NeedCriteria) { c.Fields = []Field{FieldElderly} }), false, false, nil},
		{"a report of another origin", report, with(func(c *NeedCriteria) { c.Origins = []NeedOrigin{} }), false, false, nil},
		{"a report that is not severe", report, with(func(c *NeedCriteria) { c.SeverityAtLeast = 4 }), false, false, nil},
		{"a report of the first day", report, with(func(c *NeedCriteria) { c.ReportedFrom, c.ReportedTo = &march, &march }), true, false, []int{1}},
		{"a report of before", report, with(func(c *NeedCriteria) { c.ReportedFrom = &april }), false, false, nil},
		{"a report elsewhere", report, with(func(c *NeedCriteria) { c.MunicipalityIDs = []int{2} }), false, false, nil},
		{"closed", closing, open, true, true, []int{1}},
		{"closed, among all", closing, all, true, false, []int{1}},
		{"reopened", NeedDelta{Was: closed, Is: plainState}, open, true, false, []int{1}},
		{"closed and changed", NeedDelta{Was: closed, Is: *closed}, open, false, false, nil},
		{"nothing that counts", still, all, true, false, nil},
		{"moved, among all", moved, all, true, false, []int{2, 1}},
		{"moved away", moved, with(func(c *NeedCriteria) { c.MunicipalityIDs = []int{2} }), true, true, []int{2}},
		{"moved out of the territory", moved, territory(2), true, true, []int{2}},
		{"moved into the territory", moved, territory(1), true, false, []int{1}},
		{"moved outside the territory", moved, territory(3), false, false, nil},
		{"moved in no territory", moved, territory(), false, false, nil},
		{"of the organisation", closing, organisation(7), true, false, []int{1}},
		{"of another organisation", closing, organisation(8), false, false, nil},
		{"offered to the organisation", offered, organisation(9), true, false, []int{1}},
		{"taken from the organisation", lost, organisation(9), true, true, []int{1}},
		{"taken from another organisation", lost, organisation(8), false, false, nil},
		{"taken from an organisation, among all", lost, all, true, false, nil},
		{"moved out of March", later, with(func(c *NeedCriteria) { c.ReportedTo = &april }), true, true, []int{1}},
		{"moved into May", later, with(func(c *NeedCriteria) { c.ReportedFrom = &april }), true, false, []int{1}},
		{"moved from March to May, among all", later, all, true, false, []int{1}},
		{"given up by the organisation", NeedDelta{Was: &plainState, Is: *plainState.with(func(s *NeedState) { s.ReportedByID = 0 })}, organisation(7), true, true, []int{1}},
		{"still in no box", still, inBox, true, false, nil},
		{"moved in a box or out of it", NeedDelta{Was: &plainState, Is: plainState, Moved: true}, inBox, true, true, []int{1}},
		{"reworded in a box", NeedDelta{Was: &plainState, Is: plainState, Reworded: true}, inBox, true, false, []int{1}},
		{"reworded", NeedDelta{Was: &plainState, Is: plainState, Reworded: true}, with(func(c *NeedCriteria) { c.Text = "x" }), true, true, []int{1}},
		{"moved within", NeedDelta{Was: &plainState, Is: plainState, Moved: true}, with(func(c *NeedCriteria) { c.Within = orb.Polygon{} }), true, true, []int{1}},
		{"moved near", NeedDelta{Was: &plainState, Is: plainState, Moved: true}, with(func(c *NeedCriteria) { c.Near = &Near{} }), true, true, []int{1}},
		{"from a municipality that went", NeedDelta{Was: plainState.with(func(s *NeedState) { s.MunicipalityID = 0 }), Is: plainState}, all, true, false, []int{1}},
	}
	for _, tt := range tests {
		if got := tt.d.MayConcern(tt.c); got != tt.concerns {
			t.Errorf("%s: concerns %v", tt.name, got)
		}
		if got := tt.d.MayHaveLeft(tt.c); got != tt.out {
			t.Errorf("%s: may have left %v", tt.name, got)
		}
		if got := tt.d.Touched(tt.c); !slices.Equal(got, tt.touched) {
			t.Errorf("%s: touches %v, want %v", tt.name, got, tt.touched)
		}
	}
}
