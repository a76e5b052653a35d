package needmap

import "time"

// Episode is a time in which a need was open.
type Episode struct {
	From    time.Time
	To      *time.Time  // nil while it lasts, and where the end is not known
	IsOpen  bool        // it still lasts
	Outcome *NeedStatus // how it ended
	Days    *float64    // from its beginning to its end or until now; nil where the end is not known
}

// Episodes reads the times in which a need was open from its history, oldest
// first. A need that came with its end, from an import, ended at a time that
// nobody knows. A merge ends the episode; taking it back takes that end back too,
// because the need never stopped standing.
func Episodes(n *Need, history []*NeedEvent, now time.Time) []Episode {
	episodes := []Episode{{From: n.ReportedAt, IsOpen: true}}
	for _, e := range history {
		last := &episodes[len(episodes)-1]
		if came := e.cameEnded(); came != nil && last.IsOpen {
			last.end(nil, came)
		}
		switch {
		case e.ToStatus == nil || e.ToStatus.Open() == last.IsOpen:
		case last.IsOpen:
			last.end(&e.At, e.ToStatus)
		case e.Kind == EventUnmerged:
			last.IsOpen, last.To, last.Outcome = true, nil, nil
		default:
			episodes = append(episodes, Episode{From: e.At, IsOpen: true})
		}
	}
	if last := &episodes[len(episodes)-1]; last.IsOpen && !n.Status.Open() {
		last.end(nil, &n.Status)
	}
	for i := range episodes {
		episodes[i].count(now)
	}
	return episodes
}

// cameEnded gives the end that a need had before the event, or came with.
func (e *NeedEvent) cameEnded() *NeedStatus {
	status := e.FromStatus
	if e.Kind == EventReported {
		status = e.ToStatus
	}
	if status == nil || status.Open() {
		return nil
	}
	return status
}

// end closes the episode; at is nil where the time is not known.
func (e *Episode) end(at *time.Time, outcome *NeedStatus) {
	e.IsOpen, e.To, e.Outcome = false, at, outcome
}

func (e *Episode) count(now time.Time) {
	end := e.To
	if e.IsOpen {
		end = &now
	}
	if end == nil {
		return
	}
	days := max(0, end.Sub(e.From).Hours()/24)
	e.Days = &days
}

// NeedDays is the sum of the episodes in days; nil where one has no known end.
func NeedDays(episodes []Episode) *float64 {
	sum := 0.0
	for _, e := range episodes {
		if e.Days == nil {
			return nil
		}
		sum += *e.Days
	}
	return &sum
}
