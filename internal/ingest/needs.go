package ingest

import (
	"io"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// NeedsTemplate is a file of needs to start from: its rows can be imported.
const NeedsTemplate = `external_id,municipality,longitude,latitude,location_kind,field,origin,status,severity,people,people_answered,summary,reported_at,last_confirmed_at,minimum_age,maximum_age,reported_by
example-need-1,056059,,,AREA,ELDERLY,KNOWN,REPORTED,3,12,0,"Anziani soli: manca il trasporto per le cure, due volte a settimana",2026-03-02,,70,90,
example-need-2,,12.1067,42.4168,EXACT,MINORS,EMERGING,VERIFIED,4,25,5,Serve un doposcuola,2026-03-05T10:30:00+01:00,2026-04-01,6,10,
`

var needColumns = []csvColumn{
	{"external_id", true}, {"municipality", false}, {"longitude", false}, {"latitude", false}, {"location_kind", false},
	{"field", true}, {"origin", true}, {"status", false}, {"severity", true}, {"people", true}, {"people_answered", false},
	{"summary", false}, {"reported_at", true}, {"last_confirmed_at", false},
	{"minimum_age", false}, {"maximum_age", false}, {"reported_by", false},
}

// Limits of the table of needs.
const (
	maxExternalID = 100
	maxPeople     = 100_000
)

// Locator finds the local municipality that covers a point in degrees,
// longitude first; on a border the one with the lowest code.
type Locator interface {
	Locate(orb.Point) (code string, ok bool)
}

// NeedLookups is what the rows of needs refer to.
type NeedLookups struct {
	Atlas         *needmap.Atlas
	Locator       Locator
	Organisations *Organisations
}

// needBatchRows are handed on at once; a few batches wait while others are written.
const (
	needBatchRows    = 2000
	needBatchWaiting = 4
)

// ReadNeeds reads a CSV file of needs and hands them to write in batches, in the
// order of the file; a batch is write's own. Reading goes on beside the writing.
// From the first row that is wrong on, rows are only checked: see the Report.
// The error is that of write, or says why the file as a whole can't be read.
func ReadNeeds(r io.Reader, file string, lookups NeedLookups, write func([]needmap.Need) error) (Report, error) {
	table, err := newCSVTable(r, file, needColumns)
	if err != nil {
		return Report{}, err
	}
	reader := &needReader{table: table, NeedLookups: lookups, rome: needmap.Rome, lines: map[string]int{}}
	batches, stop := make(chan []needmap.Need, needBatchWaiting), make(chan struct{})
	read := make(chan error, 1)
	go func() { // ends with the file, or soon after stop
		defer close(batches)
		read <- reader.read(batches, stop)
	}()
	for batch := range batches {
		if err = write(batch); err != nil {
			break
		}
	}
	close(stop)
	if readErr := <-read; err == nil {
		err = readErr
	}
	return table.report, err
}

// needReader turns rows into needs.
type needReader struct {
	NeedLookups
	table *csvTable
	rome  *time.Location
	lines map[string]int // by external_id, to find the second of two
}

// read sends batches until the file ends, a row is wrong or stop is closed.
func (n *needReader) read(batches chan<- []needmap.Need, stop <-chan struct{}) error {
	batch := make([]needmap.Need, 0, needBatchRows)
	send := func() bool {
		select {
		case batches <- batch:
			batch = make([]needmap.Need, 0, needBatchRows)
			return true
		case <-stop:
			return false
		}
	}
	for {
		row, err := n.table.next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		need := n.need(row)
		if n.table.report.ProblemCount > 0 {
			continue
		}
		if batch = append(batch, need); len(batch) == needBatchRows && !send() {
			return nil
		}
	}
	if n.table.report.ProblemCount == 0 && len(batch) > 0 {
		send()
	}
	return nil
}

func (n *needReader) need(row *csvRow) needmap.Need {
	need := needmap.Need{
		ExternalID: strings.Clone(row.must("external_id", maxExternalID)),
		Field:      wordOr(row, "field", needmap.Fields, ""),
		Origin:     wordOr(row, "origin", needmap.NeedOrigins, ""),
		Status:     wordOr(row, "status", needmap.NeedStatuses, needmap.StatusReported),
		Severity:   row.integer("severity", 1, 5),
		People:     row.integer("people", 1, maxPeople),
		Summary:    row.freeText("summary", needmap.MaxSummaryRunes),
		ReportedAt: row.moment("reported_at", n.rome),
	}
	need.LastConfirmedAt = row.optionalMoment("last_confirmed_at", n.rome)
	if need.PeopleAnswered = row.integerOr("people_answered", 0, maxPeople, 0); need.PeopleAnswered > need.People && !row.bad {
		row.fail("people_answered", "more people are answered than are concerned")
	}
	need.MinimumAge, need.MaximumAge = row.ages()
	n.place(row, &need)
	if key := row.cell("reported_by"); key != "" {
		if org, ok := n.Organisations.Find(key); ok {
			need.ReportedByID = &org.ID
		} else {
			row.fail("reported_by", "no organisation has this external_id or slug")
		}
	}
	row.once("external_id", need.ExternalID, n.lines)
	return need
}
