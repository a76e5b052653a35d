package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/export"
	"github.com/innovainrete/needmap/internal/needmap"
)

func written(t *testing.T, r *export.Report, f export.Format) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := r.Write(&out, f); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestCSV(t *testing.T) {
	text := written(t, small(t, coverage.ByArea), export.CSV)
	if n := bytes.Count(text, []byte("\r\n")); n != 10 || bytes.Count(text, []byte("\n")) != 10 {
		t.Errorf("%d lines end in CRLF, want 10 and none otherwise", n)
	}
	if !bytes.Contains(text, []byte(`,"'=HYPERLINK(""http://example.org"",""Viterbo"")",`)) || !bytes.Contains(text, []byte(`,"Zagàrolo, ""di"" sopra",`)) {
		t.Errorf("%s", text)
	}
	var columns bytes.Buffer
	if err := export.WriteColumnsCSV(&columns); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&columns).ReadAll()
	if err != nil || len(lines) != len(export.Columns)+1 || strings.Join(lines[0], ",") != "column,unit,italiano,english" {
		t.Fatalf("%v, %v", lines, err)
	}
	for i, c := range export.Columns {
		if got := lines[i+1]; got[0] != c.Name || got[1] != string(c.Unit) || got[2] != c.It || got[3] != c.En {
			t.Errorf("%q explains %s", got, c.Name)
		}
	}
}

// TestFormulas writes names that begin like a formula, and numbers that do.
func TestFormulas(t *testing.T) {
	for name, want := range map[string]string{
		"=1+1": "'=1+1", "+39": "'+39", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'=1", "  =1": "'  =1", "＝1": "'＝1",
		"Roma": "Roma", "'s": "'s", "": "", "a=b": "a=b", "Città-Sud": "Città-Sud",
	} {
		area := coverage.Area{Area: needmap.Area{Code: "1", Name: name}}
		row := &coverage.Row{Area: &area, NeedDays: new(-2.0)}
		r := &export.Report{Rows: []*coverage.Row{row}}
		lines, err := csv.NewReader(bytes.NewReader(written(t, r, export.CSV))).ReadAll()
		if err != nil || lines[1][2] != want {
			t.Errorf("%q is written as %q, %v", name, lines[1][2], err)
		}
		if days := lines[1][slices.Index(lines[0], "need_days")]; days != "-2" {
			t.Errorf("the number -2 is written as %q", days)
		}
	}
}

func openBook(t *testing.T, r *export.Report) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(written(t, r, export.XLSX)), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestWorkbook looks at what the other formats don't have.
func TestWorkbook(t *testing.T) {
	f := openBook(t, small(t, coverage.ByArea))
	if got := f.GetSheetList(); !slices.Equal(got, []string{"Coverage", "Columns", "About"}) {
		t.Fatalf("sheets %v", got)
	}
	panes, err := f.GetPanes("Coverage")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	names := f.GetDefinedName()
	if len(names) != 1 || names[0].RefersTo != "'Coverage'!$A$1:$AW$10" {
		t.Errorf("the filter is over %+v", names)
	}
	if sheet, ok := f.Pkg.Load("xl/worksheets/sheet1.xml"); !ok || !bytes.Contains(sheet.([]byte), []byte(`</sheetData><autoFilter ref="$A$1:$AW$10"`)) {
		t.Error("the sheet has no filter")
	}
	for cell, want := range map[string]excelize.CellType{ // a name, needs, coverage, and coverage that is not defined
		"C3": excelize.CellTypeInlineString, "H3": excelize.CellTypeUnset, "AA3": excelize.CellTypeUnset, "AA5": excelize.CellTypeUnset, // numbers need no type
	} {
		kind, err := f.GetCellType("Coverage", cell)
		formula, _ := f.GetCellFormula("Coverage", cell)
		if err != nil || kind != want || formula != "" {
			t.Errorf("%s is of type %d with formula %q, %v; want %d", cell, kind, formula, err, want)
		}
	}
	columns, err := f.GetRows("Columns")
	if err != nil || len(columns) != len(export.Columns)+1 || columns[1][0] != "row_kind" || columns[1][2] != export.Columns[0].It {
		t.Errorf("%v, %v", columns[:2], err)
	}
}

// TestAbout wants the same in the workbook and in JSON.
func TestAbout(t *testing.T) {
	for _, synthetic := range []bool{true, false} {
		r := small(t, coverage.ByGap)
		r.About.Synthetic = synthetic
		r.About.Filter.Municipalities = []string{"056059", "056060"}
		var read struct{ About map[string]any }
		if err := json.Unmarshal(written(t, r, export.JSON), &read); err != nil {
			t.Fatal(err)
		}
		rows, err := openBook(t, r).GetRows("About")
		if err != nil || len(rows) != len(read.About)+1 {
			t.Fatalf("%d lines about the report, JSON has %d; %v", len(rows), len(read.About), err)
		}
		sheet := map[string]string{}
		for _, row := range rows[1:] {
			sheet[row[0]] = strings.Join(row[1:], "|")
		}
		for name, want := range map[string]string{
			"made_at": "2026-03-01T12:00:00Z", "as_of": "2026-03-01T12:00:00Z", "period_from": "2025-03-01T12:00:00Z", "level": "LOCAL",
			"order": "GAP_DESC", "filter_municipalities": "056059; 056060", "filter_fields": "DISABILITY; ELDERLY", "filter_origins": "",
			"filter_severity_at_least": "2", "filter_reported_from": "", "residents_sources": "ISTAT", "places_as": "POINT",
			"synthetic": map[bool]string{true: "1", false: "0"}[synthetic],
		} {
			if sheet[name] != want {
				t.Errorf("%s: %q, want %q", name, sheet[name], want)
			}
		}
		if said := sheet["synthetic_en"] != "" && sheet["synthetic_it"] != ""; said != synthetic || read.About["synthetic"] != synthetic {
			t.Errorf("synthetic %v: it says %q", synthetic, sheet["synthetic_en"])
		}
		if list, ok := read.About["filter_fields"].([]any); !ok || len(list) != 2 || read.About["filter_origins"] != nil {
			t.Errorf("%v", read.About)
		}
		if sheet["margins_it"] == "" || sheet["margins_en"] == "" || sheet["use_en"] == "" {
			t.Error("it does not say which rows are margins, or who may have the file")
		}
	}
}

// TestAllFormatsHoldTheSame reads each back and compares every cell with the row.
func TestAllFormatsHoldTheSame(t *testing.T) {
	for _, order := range coverage.Orders {
		r := small(t, order)
		lines, err := csv.NewReader(bytes.NewReader(written(t, r, export.CSV))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := openBook(t, r).GetRows("Coverage")
		if err != nil {
			t.Fatal(err)
		}
		var object struct {
			Columns []struct{ Column, Unit, Italiano, English string }
			Rows    []map[string]any
		}
		if err := json.Unmarshal(written(t, r, export.JSON), &object); err != nil {
			t.Fatal(err)
		}
		if len(lines) != len(r.Rows)+1 || len(sheet) != len(lines) || len(object.Rows) != len(r.Rows) || len(object.Columns) != len(export.Columns) {
			t.Fatalf("%d lines, %d in the sheet, %d in JSON", len(lines), len(sheet), len(object.Rows))
		}
		if strings.Join(lines[0], ",") != header || strings.Join(sheet[0], ",") != header {
			t.Errorf("headers %v, %v", lines[0], sheet[0])
		}
		for n, row := range r.Rows {
			for i := range export.Columns {
				c := &export.Columns[i]
				inSheet := ""
				if i < len(sheet[n+1]) {
					inSheet = sheet[n+1][i]
				}
				inJSON, there := object.Rows[n][c.Name]
				want := c.Value(row)
				if !same(want, strings.TrimPrefix(lines[n+1][i], "'"), 0) || !same(want, inSheet, 5e-15) || !there || !sameJSON(want, inJSON) {
					t.Errorf("%s, row %d, %s: %v; CSV %q, XLSX %q, JSON %v", order, n, c.Name, want, lines[n+1][i], inSheet, inJSON)
				}
			}
		}
	}
}

// same compares a value with its text, a number as far as it may be rounded: a
// workbook has 15 digits.
func same(want any, text string, within float64) bool {
	switch want := want.(type) {
	case nil:
		return text == ""
	case string:
		return text == want
	case int:
		return text == strconv.Itoa(want)
	case float64:
		read, err := strconv.ParseFloat(text, 64)
		return err == nil && math.Abs(read-want) <= within*math.Abs(want)
	}
	return false
}

func sameJSON(want, got any) bool {
	if n, ok := want.(int); ok {
		return got == float64(n)
	}
	return got == want
}
