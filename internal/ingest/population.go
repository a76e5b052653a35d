package ingest

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Population is how many people live in a municipality, when, and who says so.
type Population struct {
	Line   int
	Code   string
	People int
	Year   int
	Source string
}

const (
	maxPopulation  = 100_000_000
	firstCensus    = 1861
	lastYear       = 2199
	populationRows = 200_000
)

// ReadPopulation reads a CSV file with the columns code, population,
// population_year and population_source, told by its header; others are left
// alone. Rows without a population are passed over. Bad rows come back as
// problems, all of them; a file that can't be read at all is an INVALID error.
func ReadPopulation(path string) ([]Population, []Problem, error) {
	file := filepath.Base(path)
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, needmap.Invalid("population", "%s can't be opened", file)
	}
	defer f.Close()
	rows, problems, err := readPopulation(io.LimitReader(f, maxFileBytes))
	if err != nil {
		return nil, nil, needmap.Invalid("population", "%s: %s", file, err)
	}
	for i := range problems {
		problems[i].File = file
	}
	return rows, problems, nil
}

func readPopulation(r io.Reader) (rows []Population, problems []Problem, err error) {
	buffered := bufio.NewReader(withoutBOM(r))
	start, _ := buffered.Peek(buffered.Size()) // a short file is met again by the reader
	line, _, _ := bytes.Cut(start, []byte("\n"))
	in := csv.NewReader(buffered)
	in.Comma = delimiter(line)
	in.FieldsPerRecord = -1
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		return nil, nil, errors.New("it is not a CSV file")
	}
	columns, err := populationColumns(header)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]int{}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows, problems, nil
		}
		if err != nil {
			return nil, nil, badCSV(err)
		}
		line, _ := in.FieldPos(0)
		if len(rows)+len(problems) > populationRows {
			return nil, nil, fmt.Errorf("it has more than %d rows", populationRows)
		}
		row, column, reason := columns.row(record)
		if first, ok := seen[row.Code]; reason == "" && ok {
			column, reason = "code", fmt.Sprintf("the code stands already in line %d", first)
		}
		switch row.Line = line; {
		case reason != "":
			problems = append(problems, Problem{Line: line, Column: column, Code: brief(row.Code), Reason: reason})
		case row.Year != 0:
			seen[row.Code] = line
			rows = append(rows, row)
		}
	}
}

// columnsAt tells at which place each column stands: code, population, year, source.
type columnsAt [4]int

var populationNames = [4]string{"code", "population", "population_year", "population_source"}

func populationColumns(header []string) (columnsAt, error) {
	var at columnsAt
	for i, name := range populationNames {
		if at[i] = slices.Index(header, name); at[i] < 0 && i < 3 {
			return at, fmt.Errorf("it has no column %s", name)
		}
	}
	return at, nil
}

func (c columnsAt) row(record []string) (row Population, column, reason string) {
	var cells [4]string
	for i, at := range c {
		if at >= 0 && at < len(record) {
			cells[i] = strings.TrimSpace(record[at])
		}
	}
	row.Code = cells[0]
	if !municipioPattern.MatchString(row.Code) {
		code, fault := comuneCode(row.Code)
		if fault != "" {
			return row, "code", fault
		}
		row.Code = code
	}
	if cells[1] == "" {
		return row, "", ""
	}
	var err error
	if row.People, err = strconv.Atoi(cells[1]); err != nil || row.People < 0 || row.People > maxPopulation {
		return row, "population", fmt.Sprintf("%q is not a number of people", brief(cells[1]))
	}
	if row.Year, err = strconv.Atoi(cells[2]); err != nil || row.Year < firstCensus || row.Year > lastYear {
		return row, "population_year", fmt.Sprintf("%q is not a year", brief(cells[2]))
	}
	if row.Source = cells[3]; !readable(row.Source) {
		return row, "population_source", "the source has signs that can't be read, or is too long"
	}
	return row, "", ""
}

// badCSV says where a CSV text stops being one.
func badCSV(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("the quotes in line %d do not match", parse.Line)
	}
	return errors.New("it can't be read to its end")
}

func withoutBOM(r io.Reader) io.Reader {
	in := bufio.NewReader(r)
	if bom, err := in.Peek(3); err == nil && string(bom) == "\xef\xbb\xbf" {
		in.Discard(3) //nolint:errcheck // they were just seen
	}
	return in
}
