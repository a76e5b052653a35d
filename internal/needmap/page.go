package needmap

import "time"

// Bounds of a page.
const (
	DefaultPage = 50
	MaxPage     = 500
)

// Page asks for part of an ordered list: the first Limit objects after After and
// before Before, or with Backward the last.
type Page struct {
	Limit    int
	Backward bool
	After    *Position
	Before   *Position
}

// Position is the place of an object in an ordered list: its sort keys, of
// which each list uses some, and its database key. Moment is exact to the microsecond.
type Position struct {
	Number int64
	Moment time.Time
	Text   string
	ID     int64
}
