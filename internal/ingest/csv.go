package ingest

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/innovainrete/needmap/internal/needmap"
)

const (
	maxCellBytes = 64 << 10
	maxProblems  = 100 // a Report names so many and counts the rest
)

// Report is what reading a CSV file of rows came to.
type Report struct {
	Rows         int       // read, good or not, without the header and blank rows
	Problems     []Problem // the first 100, in the order of the file
	ProblemCount int       // all of them
	Absent       []string  // known columns that the file does not have
}

// csvColumn is a column that a file may have.
type csvColumn struct {
	name     string
	required bool // the file must have it, and each row a value in it
}

// csvTable reads a CSV file row by row against its known columns.
type csvTable struct {
	report Report
	file   string // base name
	in     *csv.Reader
	at     map[string]int // position of each column that the file has
	header []string
	column []csvColumn
}

// delimiter tells from a header whether commas or semicolons stand between the cells.
func delimiter(header []byte) rune {
	if bytes.Count(header, []byte(";")) > bytes.Count(header, []byte(",")) {
		return ';'
	}
	return ','
}

// newCSVTable reads the header. The file is UTF-8, perhaps with a byte order
// mark; its delimiter, comma or semicolon, is the one that the header uses. A
// file that is not like this is INVALID.
func newCSVTable(r io.Reader, file string, columns []csvColumn) (*csvTable, error) {
	buffered := bufio.NewReaderSize(r, maxCellBytes)
	start, err := buffered.Peek(maxCellBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(file)
	}
	if bytes.HasPrefix(start, []byte("\ufeff")) {
		start = start[3:]
		if _, err := buffered.Discard(3); err != nil {
			return nil, unreadable(file)
		}
	}
	line, err := firstLine(start)
	if err != nil {
		return nil, needmap.Invalid("file", "%s: %s", file, err)
	}
	t := &csvTable{file: file, in: csv.NewReader(buffered), at: map[string]int{}, column: columns}
	t.in.ReuseRecord = true
	t.in.Comma = delimiter(line)
	if err := t.readHeader(); err != nil {
		return nil, needmap.Invalid("file", "%s: %s", file, err)
	}
	return t, nil
}

func unreadable(file string) error { return needmap.Invalid("file", "%s can't be read", file) }

// firstLine gives the header's line, or says why the file is no CSV in UTF-8.
func firstLine(start []byte) ([]byte, error) {
	switch {
	case len(bytes.TrimSpace(start)) == 0:
		return nil, errors.New("the file is empty")
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return nil, errors.New("this is a spreadsheet or an archive, not a CSV file: save it as CSV (UTF-8)")
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return nil, errors.New("the file is in UTF-16: save it as CSV (UTF-8)")
	}
	line, _, _ := bytes.Cut(start, []byte("\n"))
	if bytes.IndexByte(line, 0) >= 0 || !utf8.Valid(line) {
		return nil, errors.New("line 1 is not text in UTF-8: save the file as CSV (UTF-8)")
	}
	return line, nil
}

func (t *csvTable) readHeader() error {
	header, err := t.in.Read()
	if err != nil {
		return errors.New("line 1 is not the header of a CSV file")
	}
	known := make([]string, len(t.column))
	for i, c := range t.column {
		known[i] = c.name
	}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(known, name) {
			return fmt.Errorf("line 1: column %d %sis unknown; the columns are %s", i+1, quoted(name), strings.Join(known, ", "))
		}
		if _, twice := t.at[name]; twice {
			return fmt.Errorf("line 1: column %s stands there twice", name)
		}
		t.at[name] = i
	}
	t.header = slices.Clone(header)
	for _, c := range t.column {
		if _, has := t.at[c.name]; has {
			continue
		}
		if c.required {
			return fmt.Errorf("line 1: column %s is missing", c.name)
		}
		t.report.Absent = append(t.report.Absent, c.name)
	}
	return nil
}

// quoted names an unknown column, unless it is no name: a file without a header
// begins with data, which messages do not repeat.
func quoted(name string) string {
	if len(name) == 0 || len(name) > 40 || needmap.FindPersonalData(name) != nil {
		return ""
	}
	return fmt.Sprintf("%q ", name)
}

// next gives the next row that is whole; nil at the end of the file. Rows that
// are not become problems. An error ends the reading: where rows begin is lost.
func (t *csvTable) next() (*csvRow, error) {
	for {
		cells, err := t.in.Read()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		var broken *csv.ParseError
		switch {
		case errors.As(err, &broken) && errors.Is(err, csv.ErrFieldCount):
			t.report.Rows++
			t.problem(broken.StartLine, "", fmt.Sprintf("the row has %d fields, the header %d", len(cells), len(t.header)))
			continue
		case errors.As(err, &broken):
			t.report.Rows++
			t.problem(broken.StartLine, "", "a quotation mark is out of place or never closed; the rows from here on were not read")
			return nil, nil
		case err != nil:
			return nil, unreadable(t.file)
		}
		if blank(cells) {
			continue
		}
		t.report.Rows++
		line, _ := t.in.FieldPos(0)
		row := &csvRow{table: t, line: line, cells: cells}
		if t.checkCells(row) {
			return row, nil
		}
	}
}

func blank(cells []string) bool {
	for _, cell := range cells {
		if cell != "" {
			return false
		}
	}
	return true
}

// checkCells refuses what no column may hold, and never repeats it.
func (t *csvTable) checkCells(row *csvRow) bool {
	for i, cell := range row.cells {
		if reason := cellFault(cell); reason != "" {
			row.fail(strings.ToLower(strings.TrimSpace(t.header[i])), "%s", reason)
		}
	}
	return !row.bad
}

func cellFault(cell string) string {
	switch {
	case len(cell) > maxCellBytes:
		return fmt.Sprintf("the cell holds %d bytes; at most %d are read", len(cell), maxCellBytes)
	case !utf8.ValidString(cell):
		return "the text is not UTF-8"
	case strings.IndexByte(cell, 0) >= 0:
		return "the text holds a NUL character"
	}
	if code := needmap.FindPersonalCode(cell); code != nil {
		return code.Refusal()
	}
	return ""
}

func (t *csvTable) problem(line int, column, reason string) {
	t.report.ProblemCount++
	if len(t.report.Problems) < maxProblems {
		t.report.Problems = append(t.report.Problems, Problem{File: t.file, Line: line, Column: column, Reason: reason})
	}
}
