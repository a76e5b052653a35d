package needmap_test

import (
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

const suspensionDay = needmap.Date("2026-03-01")

func lastOn(d needmap.Date) *needmap.Date { return &d }

func TestSuspensionBegins(t *testing.T) {
	past := []*needmap.Suspension{
		{From: "2025-11-01", To: lastOn("2026-02-20")}, {From: "2020-03-09", To: lastOn("2020-06-30")},
	}
	for _, c := range []struct {
		name   string
		from   needmap.Date
		to     *needmap.Date
		status needmap.ServiceStatus
		code   needmap.Code
		field  string
		words  string
	}{
		{"today", suspensionDay, nil, needmap.ServiceActive, "", "", ""},
		{"today alone", suspensionDay, lastOn(suspensionDay), needmap.ServiceActive, "", "", ""},
		{"the day after the last one", "2026-02-21", lastOn("2027-01-01"), needmap.ServiceActive, "", "", ""},
		{"on the last day of another", "2026-02-20", nil, needmap.ServiceActive, "CONFLICT", "from", "from 2025-11-01 to 2026-02-20"},
		{"around another", "2019-01-01", nil, needmap.ServiceActive, "CONFLICT", "from", "2025-11-01"},
		{"tomorrow", "2026-03-02", nil, needmap.ServiceActive, "INVALID", "from", "2026-03-02"},
		{"until yesterday", "2026-02-21", lastOn("2026-02-28"), needmap.ServiceActive, "INVALID", "to", "2026-02-28"},
		{"suspended already", suspensionDay, nil, needmap.ServiceSuspended, "CONFLICT", "service", "SUSPENDED"},
		{"planned", suspensionDay, nil, needmap.ServicePlanned, "CONFLICT", "service", "PLANNED"},
		{"closed", suspensionDay, nil, needmap.ServiceClosed, "CONFLICT", "service", "CLOSED"},
	} {
		s := &needmap.Service{ID: 3, Status: c.status}
		n := needmap.NewSuspension{From: c.from, To: c.to, Reason: " Lavori "}
		got, err := n.Begin(s, past, suspensionDay)
		expectRefusal(t, c.name, err, c.code, c.field, c.words)
		if err == nil && (s.Status != needmap.ServiceSuspended || got.ServiceID != 3 || got.From != c.from || got.To != c.to || got.Reason != "Lavori") {
			t.Errorf("%s: %+v, service %s", c.name, got, s.Status)
		}
		if err != nil && s.Status != c.status {
			t.Errorf("%s was refused and the service is %s", c.name, s.Status)
		}
	}
	open := []*needmap.Suspension{{From: "2026-01-01"}}
	_, err := needmap.NewSuspension{From: suspensionDay, Reason: "x"}.Begin(&needmap.Service{Status: needmap.ServiceActive}, open, suspensionDay)
	expectRefusal(t, "beside one without an end", err, needmap.CodeConflict, "from", "from 2026-01-01 on already")
}

func TestSuspensionReason(t *testing.T) {
	for _, c := range []struct{ reason, field string }{
		{"Sede inagibile", ""}, {"", "reason"}, {" \n", "reason"}, {strings.Repeat("à", 500), ""}, {strings.Repeat("à", 501), "reason"},
		{"a\x00b", "reason"},
	} {
		err := needmap.NewSuspension{From: suspensionDay, Reason: c.reason}.Check()
		expectRefusal(t, c.reason, err, needmap.CodeInvalid, c.field, "")
	}
}

func TestResumption(t *testing.T) {
	for _, c := range []struct {
		name    string
		from    needmap.Date
		to      *needmap.Date
		lastDay *needmap.Date
		end     needmap.Date
		field   string
	}{
		{"yesterday", "2026-01-01", nil, nil, "2026-02-28", ""},
		{"before a known end", "2026-01-01", lastOn("2026-12-31"), nil, "2026-02-28", ""},
		{"begun today", suspensionDay, nil, nil, suspensionDay, ""},
		{"ended by itself", "2026-01-01", lastOn("2026-02-01"), nil, "2026-02-01", ""},
		{"ended by itself, on another day", "2026-01-01", lastOn("2026-02-01"), lastOn("2026-02-10"), "2026-02-10", ""},
		{"today", "2026-01-01", nil, lastOn(suspensionDay), suspensionDay, ""},
		{"the first day", "2026-01-01", nil, lastOn("2026-01-01"), "2026-01-01", ""},
		{"tomorrow", "2026-01-01", nil, lastOn("2026-03-02"), "", "lastDay"},
		{"before it began", "2026-01-01", nil, lastOn("2025-12-31"), "", "lastDay"},
	} {
		s := &needmap.Service{Status: needmap.ServiceSuspended}
		list := []*needmap.Suspension{{ID: 7, From: c.from, To: c.to}, {ID: 6, From: "2020-01-01", To: lastOn("2020-02-01")}}
		ended, err := needmap.Resumption{LastDay: c.lastDay}.End(s, list, suspensionDay)
		expectRefusal(t, c.name, err, needmap.CodeInvalid, c.field, "")
		if err == nil && (ended.ID != 7 || *ended.To != c.end || s.Status != needmap.ServiceActive) {
			t.Errorf("%s: %d ended on %v, service %s", c.name, ended.ID, *ended.To, s.Status)
		}
	}
	for _, status := range []needmap.ServiceStatus{needmap.ServiceActive, needmap.ServicePlanned, needmap.ServiceClosed} {
		_, err := needmap.Resumption{}.End(&needmap.Service{Status: status}, nil, suspensionDay)
		expectRefusal(t, string(status), err, needmap.CodeConflict, "service", string(status))
	}
	s := &needmap.Service{Status: needmap.ServiceSuspended}
	if ended, err := (needmap.Resumption{}).End(s, nil, suspensionDay); err != nil || ended.ID != 0 || ended.To != nil || s.Status != needmap.ServiceActive {
		t.Errorf("without a suspension: %+v, %v, %s", ended, err, s.Status)
	}
}
