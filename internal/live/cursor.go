package live

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/innovainrete/needmap/internal/needmap"
)

// position is a place in the history of one database. Events become visible in
// another order than they are numbered, so it is no number but a snapshot: the
// text xmin:xmax:xip,… of PostgreSQL, which says which transactions were seen.
type position struct {
	database string // letters and digits
	snapshot string
}

const (
	cursorVersion = "1"
	maxCursor     = 16 << 10 // bytes; a snapshot names every transaction that was under way
)

// cursor writes a position as a client keeps it.
func (p position) cursor() string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorVersion + " " + p.database + " " + p.snapshot))
}

// parseCursor reads a cursor; anything that cursor did not write is INVALID.
func parseCursor(field, cursor string) (position, error) {
	wrong := needmap.Invalid(field, "this is not a cursor of a subscription")
	if len(cursor) > maxCursor {
		return position{}, wrong
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return position{}, wrong
	}
	parts := strings.Split(string(text), " ")
	if len(parts) != 3 || parts[0] != cursorVersion || !isWord(parts[1]) || !isSnapshot(parts[2]) {
		return position{}, wrong
	}
	return position{database: parts[1], snapshot: parts[2]}, nil
}

func isWord(text string) bool {
	return text != "" && len(text) <= 64 && strings.Trim(text, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
}

// isSnapshot is as strict as PostgreSQL: the transactions under way, if any, are
// in order, from xmin on and before xmax.
func isSnapshot(text string) bool {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return false
	}
	xmin, ok := transaction(parts[0])
	xmax, ok2 := transaction(parts[1])
	if !ok || !ok2 || xmin > xmax {
		return false
	}
	if parts[2] == "" {
		return true
	}
	last := uint64(0)
	for id := range strings.SplitSeq(parts[2], ",") {
		xid, ok := transaction(id)
		if !ok || xid <= last || xid < xmin || xid >= xmax {
			return false
		}
		last = xid
	}
	return true
}

// transaction reads a number as PostgreSQL writes it.
func transaction(text string) (uint64, bool) {
	xid, err := strconv.ParseUint(text, 10, 63)
	return xid, err == nil && xid > 0 && text[0] >= '1' && text[0] <= '9'
}
