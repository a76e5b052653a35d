package export

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// Report is what an export holds: the rows of areas and fields first, then the
// margins by area and by field, and the total last.
type Report struct {
	About About
	Rows  []*coverage.Row
}

// About says what a report is of.
type About struct {
	MadeAt    time.Time
	AsOf      time.Time // the moment that the figures are of
	Level     needmap.TerritoryLevel
	Order     coverage.Order
	Period    coverage.Period    // of need-days
	Filter    needmap.NeedFilter // municipalities, fields, origins, severity and days of report
	Synthetic bool               // the data, or some of them, are those of the demo
}

// NewReport takes the rows of an answer in their order.
func NewReport(about About, a *coverage.Answer) *Report {
	rows := slices.Concat(a.Rows, a.Areas, a.Table.Fields, []*coverage.Row{a.Total})
	return &Report{About: about, Rows: rows}
}

// Format is a kind of file.
type Format string

// Formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
	JSON Format = "json"
)

// Formats is the set.
var Formats = []Format{CSV, XLSX, JSON}

// Write writes the report: of CSV the rows alone.
func (r *Report) Write(w io.Writer, f Format) error {
	switch f {
	case XLSX:
		return r.writeXLSX(w)
	case JSON:
		return r.writeJSON(w)
	}
	return r.writeCSV(w)
}

// entry is a line of what is said about a report: a string, a bool, or a list of
// strings; nil where there is nothing to say.
type entry struct {
	name  string
	value any
}

const (
	syntheticIt = "Dati sintetici: sono inventati per la dimostrazione e non descrivono persone né servizi reali."
	syntheticEn = "Synthetic data: they are made up for the demo and describe no real people or services."
	internalIt  = "Cifre esatte, solo per uso interno: numeri piccoli possono riguardare persone riconoscibili. Non pubblicare."
	internalEn  = "Exact figures, for internal use only: small numbers may be of people who can be recognised. Do not publish."
	marginsIt   = "Le righe con row_kind AREA, FIELD e TOTAL sono margini: non vanno sommate alle righe AREA_FIELD. Nei margini ogni servizio conta una volta. Una cella vuota è un valore non definito, mai zero."
	marginsEn   = "Rows whose row_kind is AREA, FIELD or TOTAL are margins: don't add them to the rows AREA_FIELD. In margins each service counts once. An empty cell is a figure that is not defined, never zero."
)

// entries says all about the report, each part under a name that stays.
func (r *Report) entries() []entry {
	a := r.About
	list := []entry{
		{"made_at", moment(a.MadeAt)},
		{"as_of", moment(a.AsOf)},
		{"period_from", moment(a.Period.From)},
		{"period_until", moment(a.Period.Until)},
		{"level", string(a.Level)},
		{"order", string(a.Order)},
		{"filter_municipalities", listOf(a.Filter.Municipalities)},
		{"filter_fields", listOf(a.Filter.Fields)},
		{"filter_origins", listOf(a.Filter.Origins)},
		{"filter_severity_at_least", nil},
		{"filter_reported_from", dayOf(a.Filter.ReportedFrom)},
		{"filter_reported_to", dayOf(a.Filter.ReportedTo)},
		{"places_as", "POINT"},
		{"residents_sources", r.sources()},
		{"synthetic", a.Synthetic},
		{"synthetic_it", nil}, {"synthetic_en", nil},
		{"margins_it", marginsIt}, {"margins_en", marginsEn},
		{"use_it", internalIt}, {"use_en", internalEn},
	}
	set := func(name string, value any) {
		list[slices.IndexFunc(list, func(e entry) bool { return e.name == name })].value = value
	}
	if s := a.Filter.SeverityAtLeast; s != nil {
		set("filter_severity_at_least", strconv.Itoa(*s))
	}
	if a.Synthetic {
		set("synthetic_it", syntheticIt)
		set("synthetic_en", syntheticEn)
	}
	return list
}

// sources lists the sources of residents, each once.
func (r *Report) sources() any {
	var list []string
	for _, row := range r.Rows {
		for source := range strings.SplitSeq(row.Denominator.Source, "; ") {
			if source != "" && !slices.Contains(list, source) {
				list = append(list, source)
			}
		}
	}
	slices.Sort(list)
	return listOf(list)
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func dayOf(d *needmap.Date) any {
	if d == nil {
		return nil
	}
	return string(*d)
}

// listOf gives words as strings; nil for none.
func listOf[S ~string](words []S) any {
	if len(words) == 0 {
		return nil
	}
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = string(word)
	}
	return list
}
