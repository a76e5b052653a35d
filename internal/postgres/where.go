package postgres

import (
	"strconv"
	"strings"

	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// where joins constant conditions with AND. Conditions are constants of this
// package with ? for each argument; values only ever travel as arguments.
type where struct {
	conditions []string
	args       []any
}

func (w *where) add(condition string, args ...any) {
	w.conditions = append(w.conditions, condition)
	w.args = append(w.args, args...)
}

// oneOf restricts a column to a set. A single value is compared with =, because
// the planner can use the order of an index only behind an equality. Of nothing
// it is to know that before it looks for it.
func oneOf[E needmap.Enum](w *where, column, enum string, set []E) {
	switch {
	case set == nil:
	case len(set) == 0:
		w.add("false")
	case len(set) == 1:
		w.add(column+" = ?::"+enum, string(set[0]))
	default:
		w.add(column+" = any(?::"+enum+"[])", words(set))
	}
}

// oneOfIDs restricts a column to a set of keys.
func oneOfIDs(w *where, column string, ids []int) {
	switch {
	case ids == nil:
	case len(ids) == 0:
		w.add("false")
	case len(ids) == 1:
		w.add(column+" = ?", ids[0])
	default:
		w.add(column+" = any(?::int[])", pq.Array(ids))
	}
}

// sql gives "where …", or "" when nothing restricts.
func (w *where) sql() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " where " + strings.Join(w.conditions, " and ")
}

// numbered replaces every ? of a statement by $1, $2, …
func numbered(statement string) string {
	var b strings.Builder
	b.Grow(len(statement) + 32)
	n := 0
	for {
		i := strings.IndexByte(statement, '?')
		if i < 0 {
			b.WriteString(statement)
			return b.String()
		}
		n++
		b.WriteString(statement[:i])
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
		statement = statement[i+1:]
	}
}

func words[E needmap.Enum](set []E) pq.StringArray {
	list := make(pq.StringArray, len(set))
	for i, word := range set {
		list[i] = string(word)
	}
	return list
}
