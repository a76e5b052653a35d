// Package export writes a coverage report as a table for a spreadsheet: CSV, XLSX
// or JSON, all with the same columns and figures, and with words in Italian and
// English that explain each column. The figures are those that GraphQL shows.
package export
