package ingest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/innovainrete/needmap/internal/needmap"
)

// csvRow is a row of a csvTable, valid until the next one is read. Its methods
// read one cell each; what is wrong with a cell becomes a problem of the table
// that says why without repeating the cell, which may be about a person.
type csvRow struct {
	table *csvTable
	line  int
	cells []string
	bad   bool // it has a problem
}

func (r *csvRow) fail(column, format string, args ...any) {
	r.bad = true
	r.table.problem(r.line, column, fmt.Sprintf(format, args...))
}

// failWith is fail for an error made by a rule of the domain.
func (r *csvRow) failWith(column string, err error) { r.fail(column, "%s", err.Error()) }

// cell gives a cell without the blanks around it, "" if the file has no such column.
func (r *csvRow) cell(column string) string {
	i, ok := r.table.at[column]
	if !ok {
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

// text reads a text of at most so many characters.
func (r *csvRow) text(column string, most int) string {
	s := r.cell(column)
	if n := len(s); n > most {
		if n = utf8.RuneCountInString(s); n > most {
			r.fail(column, "the text has %d characters; at most %d can be stored", n, most)
		}
	}
	return s
}

// must is text that may not be empty.
func (r *csvRow) must(column string, most int) string {
	s := r.text(column, most)
	if s == "" {
		r.fail(column, "a value is needed")
	}
	return s
}

// optionalText gives nil for an empty cell.
func (r *csvRow) optionalText(column string, most int) *string {
	s := r.text(column, most)
	if s == "" {
		return nil
	}
	s = strings.Clone(s) // or it would keep the whole row in memory
	return &s
}

// freeText reads what somebody typed about a need, nil for an empty cell. The
// rule for it is the domain's, as for a need that is reported.
func (r *csvRow) freeText(column string, most int) *string {
	s := strings.Clone(r.cell(column)) // or it would keep the whole row in memory
	if s == "" {
		return nil
	}
	if err := needmap.CheckFreeText(column, &s, most); err != nil {
		r.failWith(column, err)
	}
	return &s
}

// integer reads a whole number; an empty cell is a problem.
func (r *csvRow) integer(column string, least, most int) int {
	n, err := strconv.Atoi(r.cell(column))
	if err != nil || n < least || n > most {
		r.fail(column, "a whole number from %d to %d is needed", least, most)
	}
	return n
}

// integerOr reads a whole number that may be left out.
func (r *csvRow) integerOr(column string, least, most, otherwise int) int {
	if r.cell(column) == "" {
		return otherwise
	}
	return r.integer(column, least, most)
}

// optionalInteger gives nil for an empty cell.
func (r *csvRow) optionalInteger(column string, least, most int) *int {
	if r.cell(column) == "" {
		return nil
	}
	n := r.integer(column, least, most)
	return &n
}

// ages reads a range of ages in years, either end of which may be open.
func (r *csvRow) ages() (youngest, oldest *int) {
	youngest = r.optionalInteger("minimum_age", 0, needmap.MaxAge)
	oldest = r.optionalInteger("maximum_age", 0, needmap.MaxAge)
	if youngest != nil && oldest != nil && *youngest > *oldest && !r.bad {
		r.fail("maximum_age", "it is below minimum_age")
	}
	return youngest, oldest
}

// degrees reads a decimal number from -limit to limit.
func (r *csvRow) degrees(column string, limit float64) float64 {
	s := r.cell(column)
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.Trim(s, "0123456789.+-eE") != "" || !(f >= -limit && f <= limit) {
		r.fail(column, "a number of degrees from -%v to %v is needed, its decimals after a dot", limit, limit)
	}
	return f
}

// yes reads true or false; an empty cell is false.
func (r *csvRow) yes(column string) bool {
	switch strings.ToLower(r.cell(column)) {
	case "true":
		return true
	case "false", "":
		return false
	}
	r.fail(column, "true or false is needed")
	return false
}

// wordOr reads a word of a closed set, otherwise "" stands for a cell that may
// not be empty.
func wordOr[E needmap.Enum](r *csvRow, column string, set []E, otherwise E) E {
	s := r.cell(column)
	if s == "" && otherwise != "" {
		return otherwise
	}
	for _, word := range set {
		if s == string(word) {
			return word
		}
	}
	r.fail(column, "one of these words is needed: %s", joinWords(set))
	return ""
}

func joinWords[E needmap.Enum](set []E) string {
	words := make([]string, len(set))
	for i, word := range set {
		words[i] = string(word)
	}
	return strings.Join(words, ", ")
}

// list reads values separated by "|", each once.
func (r *csvRow) list(column string) []string {
	var values []string
	seen := map[string]bool{}
	for value := range strings.SplitSeq(r.cell(column), "|") {
		value = strings.TrimSpace(value)
		if value != "" && !seen[value] {
			seen[value] = true
			values = append(values, strings.Clone(value))
		}
	}
	return values
}

// moment reads an RFC 3339 moment, or a day, which means its noon in Rome.
func (r *csvRow) moment(column string, rome *time.Location) time.Time {
	s := r.cell(column)
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		at, err = time.Parse(time.DateOnly, s)
		at = time.Date(at.Year(), at.Month(), at.Day(), 12, 0, 0, 0, rome)
	}
	if err != nil || at.Year() < 1900 || at.Year() > 2199 {
		r.fail(column, "a day such as 2026-11-22 or a moment such as 2026-11-22T09:30:00+01:00 is needed, from 1900 to 2199")
	}
	return at
}

// optionalMoment gives nil for an empty cell.
func (r *csvRow) optionalMoment(column string, rome *time.Location) *time.Time {
	if r.cell(column) == "" {
		return nil
	}
	at := r.moment(column, rome)
	return &at
}
