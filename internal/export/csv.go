package export

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// writeCSV writes the header and the rows: RFC 4180, UTF-8, lines end in CRLF.
func (r *Report) writeCSV(w io.Writer) error {
	header, line := make([]string, len(Columns)), make([]string, len(Columns))
	for i := range Columns {
		header[i] = Columns[i].Name
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(header); err != nil {
		return err
	}
	for _, row := range r.Rows {
		for i := range Columns {
			line[i] = cell(Columns[i].Value(row))
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteColumnsCSV writes what each column means.
func WriteColumnsCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	lines := [][]string{columnsHeader}
	for i := range Columns {
		c := &Columns[i]
		lines = append(lines, []string{cell(c.Name), cell(string(c.Unit)), cell(c.It), cell(c.En)})
	}
	return out.WriteAll(lines)
}

var columnsHeader = []string{"column", "unit", "italiano", "english"}

// cell writes a value: a number as it is, and text so that no spreadsheet takes it
// for a formula; nothing for what is not defined.
func cell(v any) string {
	switch v := v.(type) {
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return harmless(v)
	}
	return ""
}

// formulaStarts are what a spreadsheet takes for the beginning of a formula, or
// passes over before one; the wide signs are for Japanese ones.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// harmless puts an apostrophe before text that would begin a formula: a
// spreadsheet then takes it for text.
func harmless(text string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " "))
	if text != "" && strings.ContainsRune(formulaStarts, first) {
		return "'" + text
	}
	return text
}
