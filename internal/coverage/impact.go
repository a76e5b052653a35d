package coverage

import (
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Impact is what a suspension left behind, and what came back when it ended.
type Impact struct {
	Needs, People         int // that name the suspension
	OpenNeeds, OpenPeople int
	DaysLost              float64 // days that they were open while the suspension lasted, a day for each need
	Days                  float64 // days that they have been open in all
	WithoutEnd            int     // needs of which the end of an episode is not known
	Returned              *Returned
}

// Returned is what became of the needs since the suspension ended.
type Returned struct {
	Met            int // needs met after the end
	Answered       int // people in them with a delivered answer
	EndedOtherwise int // needs that ended otherwise after the end
}

// ImpactOf adds up the needs that name a suspension, with their histories by key.
// The suspension lasts until the end of its last day in Rome, or until now.
func ImpactOf(s *needmap.Suspension, needs []*needmap.Need, histories map[int64][]*needmap.NeedEvent, now time.Time) Impact {
	lasted := Period{From: s.From.Begin(), Until: now}
	var i Impact
	if s.To != nil && s.To.Next().Begin().Before(now) {
		lasted.Until = s.To.Next().Begin()
		i.Returned = &Returned{}
	}
	for _, n := range needs {
		i.add(n, needmap.Episodes(n, histories[n.ID], now), lasted, now)
	}
	return i
}

func (i *Impact) add(n *needmap.Need, episodes []needmap.Episode, lasted Period, now time.Time) {
	i.Needs++
	i.People += n.People
	if n.Status.Open() {
		i.OpenNeeds++
		i.OpenPeople += n.People
	}
	spans := SpansOf(episodes)
	if len(spans) < len(episodes) {
		i.WithoutEnd++
	}
	always := Period{From: epoch, Until: now}
	for _, span := range spans {
		i.DaysLost += lasted.days(span, MomentOf(now))
		i.Days += always.days(span, MomentOf(now))
	}
	last := episodes[len(episodes)-1]
	if i.Returned == nil || last.IsOpen || last.To == nil || last.To.Before(lasted.Until) {
		return
	}
	if *last.Outcome == needmap.StatusMet {
		i.Returned.Met++
		i.Returned.Answered += n.PeopleAnswered
		return
	}
	i.Returned.EndedOtherwise++
}
