package export

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Names of the sheets.
const (
	sheetCoverage = "Coverage"
	sheetColumns  = "Columns"
	sheetAbout    = "About"
)

// writeXLSX writes a workbook of three sheets. Text is stored as text, which no
// spreadsheet evaluates, and what is not defined has no cell.
func (r *Report) writeXLSX(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	b, err := newBook(f)
	if err != nil {
		return err
	}
	if err := f.SetSheetName("Sheet1", sheetCoverage); err != nil {
		return err
	}
	for _, name := range []string{sheetColumns, sheetAbout} {
		if _, err := f.NewSheet(name); err != nil {
			return err
		}
	}
	for _, fill := range []func() error{
		func() error { return b.coverage(r) }, b.columns, func() error { return b.about(r) },
	} {
		if err := fill(); err != nil {
			return err
		}
	}
	made := moment(r.About.MadeAt)
	err = f.SetDocProps(&excelize.DocProperties{Title: "Coverage report", Creator: "needmap", Created: made, Modified: made})
	if err != nil {
		return err
	}
	return f.Write(w)
}

// book is a workbook with its styles.
type book struct {
	*excelize.File
	header, wrapped int
	numbers         map[Unit]int
}

// formats are how numbers are shown; what they are stays whole.
var formats = map[Unit]string{
	UnitNeeds: "#,##0", UnitPeople: "#,##0", UnitServices: "#,##0", UnitShare: "0.000", UnitRatio: "0.00", UnitRate: "#,##0.00",
	UnitYear: "0", UnitDays: "#,##0.0", UnitMetres: "#,##0.0", UnitPlace: "0",
}

func newBook(f *excelize.File) (*book, error) {
	b := &book{File: f, numbers: map[Unit]int{}}
	var err error
	b.header, err = f.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDE7EE"}},
	})
	if err != nil {
		return nil, err
	}
	b.wrapped, err = f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return nil, err
	}
	for unit, format := range formats {
		if b.numbers[unit], err = f.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// sheet begins a sheet: widths in characters, and a header that stays in view.
func (b *book) sheet(name string, widths []float64, header []any) (*excelize.StreamWriter, error) {
	s, err := b.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	for i, width := range widths {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return nil, err
		}
	}
	err = s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	if err != nil {
		return nil, err
	}
	for i, text := range header {
		header[i] = excelize.Cell{StyleID: b.header, Value: text}
	}
	return s, s.SetRow("A1", header)
}

func (b *book) coverage(r *Report) error {
	header, widths := make([]any, len(Columns)), make([]float64, len(Columns))
	for i := range Columns {
		header[i], widths[i] = Columns[i].Name, width(&Columns[i])
	}
	s, err := b.sheet(sheetCoverage, widths, header)
	if err != nil {
		return err
	}
	line := make([]any, len(Columns))
	for n, row := range r.Rows {
		for i := range Columns {
			line[i] = digits15(Columns[i].Value(row))
			if style, ok := b.numbers[Columns[i].Unit]; ok && line[i] != nil {
				line[i] = excelize.Cell{StyleID: style, Value: line[i]}
			}
		}
		if err := s.SetRow(fmt.Sprintf("A%d", n+2), line); err != nil {
			return err
		}
	}
	last, err := excelize.CoordinatesToCellName(len(Columns), len(r.Rows)+1)
	if err != nil {
		return err
	}
	if err := b.AutoFilter(sheetCoverage, "A1:"+last, nil); err != nil {
		return err
	}
	return s.Flush()
}

// digits15 rounds to the 15 digits that spreadsheets hold: excelize would cut the
// others off.
func digits15(v any) any {
	f, ok := v.(float64)
	if !ok {
		return v
	}
	f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	return f
}

// width leaves room for the header with its filter button, and for long words.
func width(c *Column) float64 {
	room := float64(len(c.Name) + 4)
	switch {
	case c.Name == "field":
		return 34
	case c.Unit == UnitText:
		return max(room, 28)
	}
	return max(room, 12)
}

func (b *book) columns() error {
	header := make([]any, len(columnsHeader))
	for i, name := range columnsHeader {
		header[i] = name
	}
	s, err := b.sheet(sheetColumns, []float64{26, 28, 70, 70}, header)
	if err != nil {
		return err
	}
	for i := range Columns {
		c := &Columns[i]
		if err := s.SetRow(fmt.Sprintf("A%d", i+2), b.wrap(c.Name, string(c.Unit), c.It, c.En)); err != nil {
			return err
		}
	}
	return s.Flush()
}

func (b *book) about(r *Report) error {
	s, err := b.sheet(sheetAbout, []float64{28, 100}, []any{"about", "value"})
	if err != nil {
		return err
	}
	for i, e := range r.entries() {
		if list, ok := e.value.([]string); ok {
			e.value = strings.Join(list, "; ")
		}
		if err := s.SetRow(fmt.Sprintf("A%d", i+2), b.wrap(e.name, e.value)); err != nil {
			return err
		}
	}
	return s.Flush()
}

// wrap breaks long texts into lines.
func (b *book) wrap(values ...any) []any {
	for i, v := range values {
		if v != nil {
			values[i] = excelize.Cell{StyleID: b.wrapped, Value: v}
		}
	}
	return values
}
