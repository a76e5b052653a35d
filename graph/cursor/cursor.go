// Package cursor writes positions in ordered lists as opaque texts and reads
// them back.
package cursor

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// maxLength bounds what is read: longer than any cursor that was ever written.
const maxLength = 2048

// payload is what a cursor holds. List names the list and its order, so that a
// cursor of one list is no position in another.
type payload struct {
	List   string `json:"l"`
	Number int64  `json:"n,omitempty"`
	Micros int64  `json:"m,omitempty"` // Unix time in microseconds, as PostgreSQL keeps it
	Text   string `json:"t,omitempty"`
	ID     int64  `json:"i"`
}

// Encode writes a position of a list.
func Encode(list string, p needmap.Position) string {
	micros := int64(0)
	if !p.Moment.IsZero() {
		micros = p.Moment.UnixMicro()
	}
	data, _ := json.Marshal(payload{List: list, Number: p.Number, Micros: micros, Text: p.Text, ID: p.ID}) // plain values always encode
	return base64.RawURLEncoding.EncodeToString(data)
}

// Decode reads a position of a list. Anything else is INVALID, naming field.
func Decode(field, list, cursor string) (*needmap.Position, error) {
	var p payload
	if len(cursor) > maxLength || !read(cursor, &p) {
		return nil, needmap.Invalid(field, "this is not a cursor of this server")
	}
	if p.List != list {
		return nil, needmap.Invalid(field, "this cursor belongs to another list or order")
	}
	return &needmap.Position{Number: p.Number, Moment: time.UnixMicro(p.Micros).UTC(), Text: p.Text, ID: p.ID}, nil
}

// Bounds of a plausible moment, years 1 to 9999: PostgreSQL takes no others.
var (
	minMicros = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	maxMicros = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).UnixMicro()
)

func read(cursor string, p *payload) bool {
	data, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return false
	}
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.DisallowUnknownFields()
	if d.Decode(p) != nil || d.More() {
		return false
	}
	return p.Micros >= minMicros && p.Micros <= maxMicros && !strings.ContainsRune(p.Text, 0) &&
		p.Number >= -1<<31 && p.Number < 1<<31
}
