package ingest

import (
	"fmt"
	"strings"
)

// Problem is one thing in a file that can't be imported, and why. Line counts
// the lines of a text file from 1, Feature the features of a map file from 1;
// 0 means that it does not apply, as "" does for the texts. It never holds
// personal data, nor a place other than a boundary's.
type Problem struct {
	File    string `json:"file"` // base name, never a path
	Line    int    `json:"line,omitempty"`
	Feature int    `json:"feature,omitempty"`
	Column  string `json:"column,omitempty"`
	Code    string `json:"code,omitempty"` // of the municipality, or the row's own key
	Name    string `json:"name,omitempty"`
	Reason  string `json:"reason"`
}

// String is one line for people: where, what, why.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ", line %d", p.Line)
	}
	if p.Feature > 0 {
		fmt.Fprintf(&b, ", feature %d", p.Feature)
	}
	if p.Column != "" {
		fmt.Fprintf(&b, ", column %s", p.Column)
	}
	if what := strings.TrimSpace(p.Code + " " + p.Name); what != "" {
		fmt.Fprintf(&b, " (%s)", what)
	}
	return b.String() + ": " + p.Reason
}
